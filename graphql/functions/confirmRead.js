/**
 * Reads the caller's membership if the condition of markRead failed. Returns it if another device has already moved the
 * read position as far. Costs nothing if the position was moved.
 *
 * @authorizes OWN_MEMBERSHIP
 * @dataSource memberships
 * @access dynamodb:GetItem memberships
 */
import { fail } from '../shared/errors';
import { callerId } from '../shared/identity';
import { admittedRoomId, failNotMember } from '../shared/membership';
import { readRefused, refusedRow } from '../shared/refusal';

/** @param {import('../shared/types').RequestContext<'confirmRead'>} ctx */
export function request(ctx) {
  return readRefused(ctx, { roomId: admittedRoomId(ctx), userId: callerId(ctx) });
}

/** @param {import('../shared/types').ResponseContext<'confirmRead'>} ctx */
export function response(ctx) {
  const row = /** @type {import('../shared/types').MembershipRow | null} */ (refusedRow(ctx));
  if (row?.state !== 'ACTIVE') {
    failNotMember();
  }
  if (row.readSeq < ctx.stash.seq) {
    fail('Conflict', 'You were mentioned at the same time. Retry the request unchanged.');
  }
  ctx.stash.markedMembership = row;
}
