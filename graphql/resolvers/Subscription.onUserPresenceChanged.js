/**
 * Starts a subscription to how the members of a room are present, for one of them.
 *
 * @requires MEMBER
 * @authorizes MEMBER
 * @pipeline requireMembership, assertRoomVisible
 */
import { subscribeToRoom } from '../shared/subscription';
import { requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').ResolverContext<'Subscription.onUserPresenceChanged'>} ctx */
export function request(ctx) {
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  return {};
}

/** @param {import('../shared/types').ResolverContext<'Subscription.onUserPresenceChanged'>} ctx */
export function response(ctx) {
  subscribeToRoom(ctx);
  return null;
}
