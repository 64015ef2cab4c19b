/**
 * Publishes a change of presence to a room's subscribers: a change by the backend, or by a user whose selection was
 * incomplete.
 *
 * @requires IAM
 * @dataSource none
 */
import { inputRequest } from '../shared/publishing';
import { published } from '../shared/selection';

/** @param {import('../shared/types').RequestContext<'Mutation.publishPresence'>} ctx */
export function request(ctx) {
  return inputRequest(ctx);
}

/** @param {import('../shared/types').ResponseContext<'Mutation.publishPresence'>} ctx */
export function response(ctx) {
  return published(ctx.result);
}
