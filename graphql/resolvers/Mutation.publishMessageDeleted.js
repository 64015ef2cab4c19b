/**
 * Publishes the tombstone of a message that the backend deleted, as it is stored now, to the room's subscribers.
 *
 * @requires IAM
 * @dataSource messages
 * @access dynamodb:GetItem messages
 */
import { storedMessageEvent, storedMessageRequest } from '../shared/publishing';

/** @param {import('../shared/types').RequestContext<'Mutation.publishMessageDeleted'>} ctx */
export function request(ctx) {
  return storedMessageRequest(ctx);
}

/** @param {import('../shared/types').ResponseContext<'Mutation.publishMessageDeleted'>} ctx */
export function response(ctx) {
  return storedMessageEvent(ctx);
}
