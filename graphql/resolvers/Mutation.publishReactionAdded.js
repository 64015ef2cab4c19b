/**
 * Publishes an added reaction to the room's subscribers if the selection of the mutation was incomplete.
 *
 * @requires IAM
 * @dataSource none
 */
import { inputRequest } from '../shared/publishing';
import { published } from '../shared/selection';

/** @param {import('../shared/types').RequestContext<'Mutation.publishReactionAdded'>} ctx */
export function request(ctx) {
  return inputRequest(ctx);
}

/** @param {import('../shared/types').ResponseContext<'Mutation.publishReactionAdded'>} ctx */
export function response(ctx) {
  return published(ctx.result);
}
