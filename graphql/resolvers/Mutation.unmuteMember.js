/**
 * Lets a muted member send again.
 *
 * @requires MODERATOR
 * @pipeline requireMembership, refuseStranger, readTarget, releaseOwner, confirmRelease, changeMember, settleRoom
 */
import { checkSelection, withCompleteness } from '../shared/selection';
import { optionalReason, requiredRoomId, requiredUserId } from '../shared/validation';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  checkSelection(ctx, 'Membership');
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  ctx.stash.act = { action: 'MEMBER_UNMUTED', userId: requiredUserId('userId', ctx.args.userId), ...optionalReason('reason', ctx.args.reason) };
  ctx.stash.requiredRole = REQUIRED_ROLE;
  ctx.stash.from = ['ACTIVE'];
  ctx.stash.settled = [];
  ctx.stash.changes = { mutedUntil: null };
  return {};
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  return withCompleteness(ctx, ctx.stash.membership);
}
