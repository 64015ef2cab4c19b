/**
 * Publishes a stored notification to its user's subscriptions.
 *
 * @requires IAM
 * @dataSource none
 */
import { inputRequest } from '../shared/publishing';

/** @param {import('../shared/types').RequestContext<'Mutation.publishNotification'>} ctx */
export function request(ctx) {
  return inputRequest(ctx);
}

/** @param {import('../shared/types').ResponseContext<'Mutation.publishNotification'>} ctx */
export function response(ctx) {
  return ctx.result;
}
