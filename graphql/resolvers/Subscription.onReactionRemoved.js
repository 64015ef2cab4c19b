/**
 * Starts a subscription to reactions that are taken back, to one message or to all of a room, for one of the room's members.
 *
 * @requires MEMBER
 * @authorizes MEMBER
 * @pipeline requireMembership, assertRoomVisible
 */
import { stashReactedRoom, subscribeToReactions } from '../shared/subscription';

/** @param {import('../shared/types').ResolverContext<'Subscription.onReactionRemoved'>} ctx */
export function request(ctx) {
  stashReactedRoom(ctx);
  return {};
}

/** @param {import('../shared/types').ResolverContext<'Subscription.onReactionRemoved'>} ctx */
export function response(ctx) {
  subscribeToReactions(ctx);
  return null;
}
