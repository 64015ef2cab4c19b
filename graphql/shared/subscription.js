/**
 * Subscriptions of a room's members. The filter is the server's, because a filter that is set replaces the matching of
 * arguments; the invalidation filter lets the end of this user's access end the subscription.
 */
import { extensions, util } from '@aws-appsync/utils';
import { callerId } from './identity';
import { admittedRoomId } from './membership';

/** @typedef {import('./types').Context} Context */

/**
 * Lets the admitted caller have the room's events.
 *
 * @param {Context} ctx
 * @param {Record<string, { eq: string }>} [narrower] what an event has to match besides the room
 */
export function subscribeToRoom(ctx, narrower) {
  const chatRoomId = { eq: admittedRoomId(ctx) };
  const userId = { eq: callerId(ctx) };
  extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter({ chatRoomId, ...narrower }));
  extensions.setSubscriptionInvalidationFilter(util.transform.toSubscriptionFilter({ chatRoomId, userId }));
}

/**
 * The subscriptions that a mutation ends for a user who is not in the room any more: at most five, because AppSync ends
 * no more in one request (developer guide, "Invalidating subscriptions").
 */
const endedFields = ['onMessageCreated', 'onMessageUpdated', 'onMessageDeleted', 'onMembershipChanged'];

/**
 * Ends the subscriptions of a user to a room.
 *
 * @param {string} chatRoomId
 * @param {string} userId
 */
export function endSubscriptions(chatRoomId, userId) {
  for (const subscriptionField of endedFields) {
    extensions.invalidateSubscriptions({ subscriptionField, payload: { chatRoomId, userId } });
  }
}
