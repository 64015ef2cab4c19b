/**
 * Brings a reaction that was given, by somebody who did not select all of it, to the subscriptions of its room.
 *
 * @requires IAM
 * @dataSource none
 */
import { inputRequest } from '../shared/publishing';
import { published } from '../shared/selection';

/** @param {import('../shared/types').ResolverContext<'Mutation.publishReactionAdded'>} ctx */
export function request(ctx) {
  return inputRequest(ctx);
}

/** @param {import('../shared/types').ResolverContext<'Mutation.publishReactionAdded'>} ctx */
export function response(ctx) {
  return published(ctx.result);
}
