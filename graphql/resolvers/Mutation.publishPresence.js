/**
 * Brings a change of presence to the subscriptions of a room: one that the backend has made, or that of a user who did not
 * select all of the event.
 *
 * @requires IAM
 * @dataSource none
 */
import { inputRequest } from '../shared/publishing';
import { published } from '../shared/selection';

/** @param {import('../shared/types').ResolverContext<'Mutation.publishPresence'>} ctx */
export function request(ctx) {
  return inputRequest(ctx);
}

/** @param {import('../shared/types').ResolverContext<'Mutation.publishPresence'>} ctx */
export function response(ctx) {
  return published(ctx.result);
}
