/**
 * Bans a user from the room, member or not. Until unbanMember, the user can neither join nor be invited.
 *
 * @requires MODERATOR
 * @authorizes
 * @pipeline requireMembership, assertRoomVisible, readTarget, releaseOwner, confirmRelease, changeMember, applyCounts
 */
import { assertNotDirect } from '../shared/room';
import { checkSelection, withCompleteness } from '../shared/selection';
import { endSubscriptions } from '../shared/subscription';
import { requiredReason, requiredRoomId, requiredUserId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.banMember'>} ctx */
export function request(ctx) {
  checkSelection(ctx, 'Membership');
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  ctx.stash.loggedAction = { action: 'MEMBER_BANNED', userId: requiredUserId('userId', ctx.args.userId), reason: requiredReason(ctx.args.reason) };
  assertNotDirect(ctx.stash.roomId);
  ctx.stash.requiredRole = REQUIRED_ROLE;
  ctx.stash.allowedStates = ['ACTIVE', 'INVITED', 'LEFT', 'NONE'];
  ctx.stash.noOpStates = ['BANNED'];
  ctx.stash.changes = { state: 'BANNED', role: 'MEMBER' };
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.banMember'>} ctx */
export function response(ctx) {
  if (ctx.stash.plan) {
    endSubscriptions(ctx.stash.roomId, ctx.stash.loggedAction.userId);
  }
  return withCompleteness(ctx, ctx.stash.membership);
}
