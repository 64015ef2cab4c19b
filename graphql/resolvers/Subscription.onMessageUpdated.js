/**
 * Starts a member's subscription to a room's edited messages.
 *
 * @requires MEMBER
 * @authorizes MEMBER
 * @pipeline requireMembership, assertRoomVisible
 */
import { subscribeToRoom } from '../shared/subscription';
import { requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Subscription.onMessageUpdated'>} ctx */
export function request(ctx) {
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Subscription.onMessageUpdated'>} ctx */
export function response(ctx) {
  subscribeToRoom(ctx);
  return null;
}
