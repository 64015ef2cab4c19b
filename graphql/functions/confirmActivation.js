/**
 * Reads the caller's membership if the condition of activateMembership failed, and decides whether this request wrote
 * it: DynamoDB's response may have been lost and AppSync retried. If not, uncountMember continues with the membership
 * that exists. Costs nothing if the membership was written.
 *
 * @dataSource memberships
 * @access dynamodb:GetItem memberships
 */
import { callerId } from '../shared/identity';
import { failChangedMembership } from '../shared/joinRules';
import { toMembership } from '../shared/membership';
import { readRefused, refusedRow } from '../shared/refusal';

/** @param {import('../shared/types').RequestContext<'confirmActivation'>} ctx */
export function request(ctx) {
  return readRefused(ctx, { roomId: ctx.stash.roomId, userId: callerId(ctx) });
}

/** @param {import('../shared/types').ResponseContext<'confirmActivation'>} ctx */
export function response(ctx) {
  const row = /** @type {import('../shared/types').MembershipRow | null} */ (refusedRow(ctx));
  if (!row || row.joinId !== ctx.stash.joinId) {
    ctx.stash.existingMembership = row;
    return;
  }
  // The operation that ended the membership since then has already decremented the count.
  if (row.state !== 'ACTIVE') {
    failChangedMembership();
  }
  ctx.stash.membership = toMembership(row);
}
