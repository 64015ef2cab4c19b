/**
 * Reads the membership if the condition of putInvitation failed. Returns the membership if the user is already a member
 * or invited. Costs nothing if the invitation was written.
 *
 * @dataSource memberships
 * @access dynamodb:GetItem memberships
 */
import { fail } from '../shared/errors';
import { admittedRoomId, toMembership } from '../shared/membership';
import { readRefused, refusedRow } from '../shared/refusal';

/** @param {import('../shared/types').RequestContext<'confirmInvitation'>} ctx */
export function request(ctx) {
  return readRefused(ctx, { roomId: admittedRoomId(ctx), userId: ctx.stash.userId });
}

/** @param {import('../shared/types').ResponseContext<'confirmInvitation'>} ctx */
export function response(ctx) {
  const row = /** @type {import('../shared/types').MembershipRow | null} */ (refusedRow(ctx));
  if (row?.state === 'BANNED') {
    fail('Conflict', 'The user was banned at the same time. Lift the ban with unbanMember first.');
  }
  if (row?.state !== 'ACTIVE' && row?.state !== 'INVITED') {
    fail('Conflict', 'The membership of the user changed at the same time. Retry the request unchanged.');
  }
  ctx.stash.membership = toMembership(row);
}
