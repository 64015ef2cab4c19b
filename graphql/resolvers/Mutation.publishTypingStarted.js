/**
 * Brings to a room's subscriptions that somebody starts writing who did not select all of the event.
 *
 * @requires IAM
 * @dataSource none
 */
import { inputRequest } from '../shared/publishing';
import { published } from '../shared/selection';

/** @param {import('../shared/types').ResolverContext<'Mutation.publishTypingStarted'>} ctx */
export function request(ctx) {
  return inputRequest(ctx);
}

/** @param {import('../shared/types').ResolverContext<'Mutation.publishTypingStarted'>} ctx */
export function response(ctx) {
  return published(ctx.result);
}
