/**
 * Lifts a ban. The user does not become a member, but can join or be invited again.
 *
 * @requires MODERATOR
 * @pipeline requireMembership, assertRoomVisible, readTarget, releaseOwner, confirmRelease, changeMember, applyCounts
 */
import { checkSelection, withCompleteness } from '../shared/selection';
import { optionalReason, requiredRoomId, requiredUserId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.unbanMember'>} ctx */
export function request(ctx) {
  checkSelection(ctx, 'Membership');
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  ctx.stash.loggedAction = { action: 'MEMBER_UNBANNED', userId: requiredUserId('userId', ctx.args.userId), ...optionalReason('reason', ctx.args.reason) };
  ctx.stash.requiredRole = REQUIRED_ROLE;
  ctx.stash.allowedStates = ['BANNED'];
  ctx.stash.noOpStates = ['ACTIVE', 'INVITED', 'LEFT'];
  ctx.stash.changes = { state: 'LEFT' };
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.unbanMember'>} ctx */
export function response(ctx) {
  return withCompleteness(ctx, ctx.stash.membership);
}
