/**
 * Publishes a message that the backend changed, as it is stored now, to the room's subscribers.
 *
 * @requires IAM
 * @dataSource messages
 * @access dynamodb:GetItem messages
 */
import { storedMessageEvent, storedMessageRequest } from '../shared/publishing';

/** @param {import('../shared/types').RequestContext<'Mutation.publishMessageUpdated'>} ctx */
export function request(ctx) {
  return storedMessageRequest(ctx);
}

/** @param {import('../shared/types').ResponseContext<'Mutation.publishMessageUpdated'>} ctx */
export function response(ctx) {
  return storedMessageEvent(ctx);
}
