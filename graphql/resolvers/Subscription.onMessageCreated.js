/**
 * Starts a member's subscription to a room's new messages.
 *
 * @requires MEMBER
 * @authorizes MEMBER
 * @pipeline requireMembership, assertRoomVisible
 */
import { subscribeToRoom } from '../shared/subscription';
import { requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Subscription.onMessageCreated'>} ctx */
export function request(ctx) {
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Subscription.onMessageCreated'>} ctx */
export function response(ctx) {
  subscribeToRoom(ctx);
  return null;
}
