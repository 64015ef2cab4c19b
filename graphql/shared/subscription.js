/**
 * Subscriptions of a room's members. The filter is the server's, because a filter that is set replaces the matching of
 * arguments; the invalidation filter lets the end of this user's access end the subscription.
 */
import { extensions, util } from '@aws-appsync/utils';
import { fail } from './errors';
import { callerId } from './identity';
import { admittedRoomId } from './membership';
import { requiredMessageId, requiredRoomId } from './validation';

/** @typedef {import('./types').Context} Context */

/**
 * Lets the admitted caller have the room's events, as far as they are whole: what a sender selected otherwise does not pass,
 * whatever it looks like, and comes a moment later from the backend (docs/adr/0014).
 *
 * @authorizes
 * @param {Context} ctx
 * @param {Record<string, { eq: string }>} [narrower] what an event has to match besides the room
 */
export function subscribeToRoom(ctx, narrower) {
  const chatRoomId = { eq: admittedRoomId(ctx) };
  const userId = { eq: callerId(ctx) };
  const wanted = { chatRoomId, selectionComplete: { eq: true }, ...narrower };
  extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter(wanted));
  extensions.setSubscriptionInvalidationFilter(util.transform.toSubscriptionFilter({ chatRoomId, userId }));
}

/**
 * The subscriptions that a mutation ends for a user who is not in the room any more: at most five, because AppSync ends
 * no more in one request (developer guide, "Invalidating subscriptions").
 */
const endedFields = ['onMessageCreated', 'onMessageUpdated', 'onMessageDeleted', 'onReactionAdded', 'onMembershipChanged'];

/**
 * Ends the subscriptions of a user to a room.
 *
 * @authorizes
 * @param {string} chatRoomId
 * @param {string} userId
 */
export function endSubscriptions(chatRoomId, userId) {
  for (const subscriptionField of endedFields) {
    extensions.invalidateSubscriptions({ subscriptionField, payload: { chatRoomId, userId } });
  }
}

/** The subscriptions to a room that are left: publishAccessEnded ends them. */
const remainingFields = ['onReactionRemoved', 'onTypingStarted', 'onTypingStopped', 'onUserPresenceChanged'];

/**
 * Ends the other subscriptions of a user to a room.
 *
 * @authorizes
 * @param {string} chatRoomId
 * @param {string} userId
 */
export function endRemainingSubscriptions(chatRoomId, userId) {
  for (const subscriptionField of remainingFields) {
    extensions.invalidateSubscriptions({ subscriptionField, payload: { chatRoomId, userId } });
  }
}

/**
 * Puts the room of the reactions to listen to into the stash.
 *
 * @param {import('./types').ResolverContext<'Subscription.onReactionAdded' | 'Subscription.onReactionRemoved'>} ctx
 */
export function stashReactedRoom(ctx) {
  const { messageId, chatRoomId } = ctx.args;
  if (!messageId) {
    if (!chatRoomId) {
      fail('ValidationError', 'Neither messageId nor chatRoomId is given. Give the message or the room to subscribe to.');
    }
    ctx.stash.roomId = requiredRoomId('chatRoomId', chatRoomId);
    return;
  }
  const { roomId } = requiredMessageId('messageId', messageId);
  if (chatRoomId && chatRoomId !== roomId) {
    fail('ValidationError', 'The message is not in the room of chatRoomId. Give one of the two.');
  }
  ctx.stash.roomId = roomId;
}

/**
 * Lets the admitted caller have the events of reactions to one message, or to all of the room.
 *
 * @authorizes
 * @param {import('./types').ResolverContext<'Subscription.onReactionAdded' | 'Subscription.onReactionRemoved'>} ctx
 */
export function subscribeToReactions(ctx) {
  const { messageId } = ctx.args;
  subscribeToRoom(ctx, messageId ? { messageId: { eq: messageId } } : {});
}
