/**
 * Brings a notification, which the backend has stored, to the subscriptions of its user.
 *
 * @requires IAM
 * @dataSource none
 */
import { inputRequest } from '../shared/publishing';

/** @param {import('../shared/types').ResolverContext<'Mutation.publishNotification'>} ctx */
export function request(ctx) {
  return inputRequest(ctx);
}

/** @param {import('../shared/types').ResolverContext<'Mutation.publishNotification'>} ctx */
export function response(ctx) {
  return ctx.result;
}
