/**
 * Starts a subscription to a room's new messages for one of its members. The filter is the server's, because a filter
 * that is set replaces the matching of arguments; the invalidation filter lets the removal of this member end it.
 *
 * @pipeline requireMembership, refuseStranger
 */
import { extensions, util } from '@aws-appsync/utils';
import { callerId } from '../shared/identity';
import { admittedRoomId } from '../shared/membership';
import { requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  return {};
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  const chatRoomId = { eq: admittedRoomId(ctx) };
  const userId = { eq: callerId(ctx) };
  extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter({ chatRoomId }));
  extensions.setSubscriptionInvalidationFilter(util.transform.toSubscriptionFilter({ chatRoomId, userId }));
  return null;
}
