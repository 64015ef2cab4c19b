/**
 * Brings a reaction that was taken back, by somebody who did not select all of it, to the subscriptions of its room.
 *
 * @requires IAM
 * @dataSource none
 */
import { inputRequest } from '../shared/publishing';
import { published } from '../shared/selection';

/** @param {import('../shared/types').ResolverContext<'Mutation.publishReactionRemoved'>} ctx */
export function request(ctx) {
  return inputRequest(ctx);
}

/** @param {import('../shared/types').ResolverContext<'Mutation.publishReactionRemoved'>} ctx */
export function response(ctx) {
  return published(ctx.result);
}
