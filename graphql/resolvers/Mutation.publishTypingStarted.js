/**
 * Publishes to a room's subscribers that a user started typing whose selection was incomplete.
 *
 * @requires IAM
 * @dataSource none
 */
import { inputRequest } from '../shared/publishing';
import { published } from '../shared/selection';

/** @param {import('../shared/types').RequestContext<'Mutation.publishTypingStarted'>} ctx */
export function request(ctx) {
  return inputRequest(ctx);
}

/** @param {import('../shared/types').ResponseContext<'Mutation.publishTypingStarted'>} ctx */
export function response(ctx) {
  return published(ctx.result);
}
