/**
 * Brings a message that the backend has changed to the subscriptions of its room, as it is stored now.
 *
 * @requires IAM
 * @dataSource messages
 * @access dynamodb:GetItem messages
 */
import { storedMessageEvent, storedMessageRequest } from '../shared/publishing';

/** @param {import('../shared/types').ResolverContext<'Mutation.publishMessageUpdated'>} ctx */
export function request(ctx) {
  return storedMessageRequest(ctx);
}

/** @param {import('../shared/types').ResolverContext<'Mutation.publishMessageUpdated'>} ctx */
export function response(ctx) {
  return storedMessageEvent(ctx);
}
