/**
 * Subscriptions of a room's members. The server sets the filter, which replaces the matching of arguments; the
 * invalidation filter ends the subscription when this user's access ends.
 */
import { extensions, util } from '@aws-appsync/utils';
import { fail } from './errors';
import { callerId } from './identity';
import { admittedRoomId } from './membership';
import { requiredMessageId, requiredRoomId } from './validation';


/**
 * Subscribes the admitted caller to the room's events with a complete selection. Events with any other selection do
 * not pass, whatever they contain; the backend publishes them a moment later (docs/adr/0014).
 *
 * @authorizes
 * @param {import('./types').Context<never, 'admission'>} ctx
 * @param {Record<string, { eq: string }>} [narrower] conditions on an event in addition to the room
 */
export function subscribeToRoom(ctx, narrower) {
  const chatRoomId = { eq: admittedRoomId(ctx) };
  const userId = { eq: callerId(ctx) };
  const wanted = { chatRoomId, selectionComplete: { eq: true }, ...narrower };
  extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter(wanted));
  extensions.setSubscriptionInvalidationFilter(util.transform.toSubscriptionFilter({ chatRoomId, userId }));
}

/**
 * The subscriptions that a mutation ends for a user who is no longer in the room: at most five, the limit of AppSync
 * for one request (developer guide, "Invalidating subscriptions").
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

/** The remaining subscriptions to a room, which publishAccessEnded ends. */
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
 * Stores the room of the subscribed reactions in the stash.
 *
 * @param {import('./types').RequestContext<'Subscription.onReactionAdded' | 'Subscription.onReactionRemoved'>} ctx
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
 * Subscribes the admitted caller to reactions to one message, or to all messages of the room.
 *
 * @authorizes
 * @param {import('./types').ResponseContext<'Subscription.onReactionAdded' | 'Subscription.onReactionRemoved'>} ctx
 */
export function subscribeToReactions(ctx) {
  const { messageId } = ctx.args;
  subscribeToRoom(ctx, messageId ? { messageId: { eq: messageId } } : {});
}
