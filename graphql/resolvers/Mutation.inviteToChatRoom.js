/**
 * Invites a user: any member can invite to a public room, owners and moderators to a private one.
 *
 * @requires MEMBER
 * @requires MODERATOR if the room is not public
 * @authorizes
 * @pipeline requireMembership, assertRoomVisible, readInvitee, putInvitation, confirmInvitation
 */
import { assertNotDirect } from '../shared/room';
import { checkSelection, withCompleteness } from '../shared/selection';
import { requiredRoomId, requiredUserId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.inviteToChatRoom'>} ctx */
export function request(ctx) {
  checkSelection(ctx, 'Membership');
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  ctx.stash.userId = requiredUserId('userId', ctx.args.userId);
  ctx.stash.requiredRole = CONDITIONAL_ROLE;
  assertNotDirect(ctx.stash.roomId);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.inviteToChatRoom'>} ctx */
export function response(ctx) {
  return withCompleteness(ctx, ctx.stash.membership);
}
