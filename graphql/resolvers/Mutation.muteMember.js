/**
 * Keeps a member from sending until a time.
 *
 * @requires MODERATOR
 * @authorizes
 * @pipeline requireMembership, refuseStranger, readTarget, releaseOwner, confirmRelease, changeMember, settleRoom
 */
import { muteEnd } from '../shared/muting';
import { checkSelection, withCompleteness } from '../shared/selection';
import { requiredReason, requiredRoomId, requiredUserId } from '../shared/validation';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  checkSelection(ctx, 'Membership');
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  const mutedUntil = muteEnd(ctx.args.until, ctx.args.seconds);
  ctx.stash.act = {
    action: 'MEMBER_MUTED',
    userId: requiredUserId('userId', ctx.args.userId),
    reason: requiredReason(ctx.args.reason),
    changes: [{ name: 'mutedUntil', value: mutedUntil }],
  };
  ctx.stash.requiredRole = REQUIRED_ROLE;
  ctx.stash.from = ['ACTIVE'];
  ctx.stash.settled = [];
  ctx.stash.changes = { mutedUntil };
  return {};
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  return withCompleteness(ctx, ctx.stash.membership);
}
