/**
 * Ends a member's mute.
 *
 * @requires MODERATOR
 * @pipeline requireMembership, assertRoomVisible, readTarget, releaseOwner, confirmRelease, changeMember, applyCounts
 */
import { checkSelection, withCompleteness } from '../shared/selection';
import { optionalReason, requiredRoomId, requiredUserId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.unmuteMember'>} ctx */
export function request(ctx) {
  checkSelection(ctx, 'Membership');
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  ctx.stash.loggedAction = { action: 'MEMBER_UNMUTED', userId: requiredUserId('userId', ctx.args.userId), ...optionalReason('reason', ctx.args.reason) };
  ctx.stash.requiredRole = REQUIRED_ROLE;
  ctx.stash.allowedStates = ['ACTIVE'];
  ctx.stash.noOpStates = [];
  ctx.stash.changes = { mutedUntil: null };
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.unmuteMember'>} ctx */
export function response(ctx) {
  return withCompleteness(ctx, ctx.stash.membership);
}
