/**
 * Starts a member's subscription to changes of a room's memberships.
 *
 * @requires MEMBER
 * @authorizes MEMBER
 * @pipeline requireMembership, assertRoomVisible
 */
import { subscribeToRoom } from '../shared/subscription';
import { requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Subscription.onMembershipChanged'>} ctx */
export function request(ctx) {
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Subscription.onMembershipChanged'>} ctx */
export function response(ctx) {
  subscribeToRoom(ctx);
  return null;
}
