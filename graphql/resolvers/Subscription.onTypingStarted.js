/**
 * Starts a member's subscription to users who start typing in a room.
 *
 * @requires MEMBER
 * @authorizes MEMBER
 * @pipeline requireMembership, assertRoomVisible
 */
import { subscribeToRoom } from '../shared/subscription';
import { requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Subscription.onTypingStarted'>} ctx */
export function request(ctx) {
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Subscription.onTypingStarted'>} ctx */
export function response(ctx) {
  subscribeToRoom(ctx);
  return null;
}
