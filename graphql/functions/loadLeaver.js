/**
 * Reads the membership or invitation that the caller gives up, with strong consistency. Callers without one continue to
 * assertRoomVisible.
 *
 * @authorizes SELF
 * @dataSource memberships
 * @access dynamodb:GetItem memberships
 */
import { throwIfError } from '../shared/errors';
import { failBanned, ownMembershipRequest } from '../shared/membership';
import { planLeave } from '../shared/membershipChange';

/** @param {import('../shared/types').RequestContext<'loadLeaver'>} ctx */
export function request(ctx) {
  return ownMembershipRequest(ctx);
}

/** @param {import('../shared/types').ResponseContext<'loadLeaver'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  const membership = ctx.result;
  if (membership?.state === 'BANNED') {
    failBanned();
  }
  if (membership) {
    ctx.stash.admission = { roomId: ctx.stash.roomId, membership };
    planLeave(ctx, membership);
  }
}
