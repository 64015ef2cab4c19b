/**
 * Publishes to a room's subscribers that a user stopped typing whose selection was incomplete.
 *
 * @requires IAM
 * @dataSource none
 */
import { inputRequest } from '../shared/publishing';
import { published } from '../shared/selection';

/** @param {import('../shared/types').RequestContext<'Mutation.publishTypingStopped'>} ctx */
export function request(ctx) {
  return inputRequest(ctx);
}

/** @param {import('../shared/types').ResponseContext<'Mutation.publishTypingStopped'>} ctx */
export function response(ctx) {
  return published(ctx.result);
}
