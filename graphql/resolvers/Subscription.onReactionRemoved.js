/**
 * Starts a member's subscription to removed reactions, to one message or to all messages of a room.
 *
 * @requires MEMBER
 * @authorizes MEMBER
 * @pipeline requireMembership, assertRoomVisible
 */
import { stashReactedRoom, subscribeToReactions } from '../shared/subscription';

/** @param {import('../shared/types').RequestContext<'Subscription.onReactionRemoved'>} ctx */
export function request(ctx) {
  stashReactedRoom(ctx);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Subscription.onReactionRemoved'>} ctx */
export function response(ctx) {
  subscribeToReactions(ctx);
  return null;
}
