/**
 * Starts the subscription to the caller's own notifications. The server sets the filter; clients cannot change it.
 *
 * @requires SELF
 * @authorizes SELF
 * @dataSource none
 */
import { extensions, util } from '@aws-appsync/utils';
import { callerId } from '../shared/identity';

/** @param {import('../shared/types').RequestContext<'Subscription.onNotificationReceived'>} ctx */
export function request(ctx) {
  callerId(ctx);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Subscription.onNotificationReceived'>} ctx */
export function response(ctx) {
  extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter({ userId: { eq: callerId(ctx) } }));
  return null;
}
