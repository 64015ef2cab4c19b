/**
 * Removes a member, or an invitation, from the room. The user can join again if the room is public.
 *
 * @requires MODERATOR
 * @authorizes
 * @pipeline requireMembership, assertRoomVisible, readTarget, releaseOwner, confirmRelease, changeMember, applyCounts
 */
import { assertNotDirect } from '../shared/room';
import { checkSelection, withCompleteness } from '../shared/selection';
import { endSubscriptions } from '../shared/subscription';
import { requiredReason, requiredRoomId, requiredUserId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.removeMember'>} ctx */
export function request(ctx) {
  checkSelection(ctx, 'Membership');
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  ctx.stash.loggedAction = { action: 'MEMBER_REMOVED', userId: requiredUserId('userId', ctx.args.userId), reason: requiredReason(ctx.args.reason) };
  assertNotDirect(ctx.stash.roomId);
  ctx.stash.requiredRole = REQUIRED_ROLE;
  ctx.stash.allowedStates = ['ACTIVE', 'INVITED'];
  ctx.stash.noOpStates = ['LEFT'];
  ctx.stash.changes = { state: 'LEFT', role: 'MEMBER' };
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.removeMember'>} ctx */
export function response(ctx) {
  if (ctx.stash.plan) {
    endSubscriptions(ctx.stash.roomId, ctx.stash.loggedAction.userId);
  }
  return withCompleteness(ctx, ctx.stash.membership);
}
