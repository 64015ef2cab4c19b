/**
 * Mutations with which the backend publishes stored data to subscribers.
 */
import { util } from '@aws-appsync/utils';
import { throwIfError } from './errors';
import { failUnknownMessage, isVisible, toMessage } from './message';
import { published } from './selection';
import { assertReadable, requiredMessageId } from './validation';

/** @typedef {import('./types').Context} Context */

/**
 * @param {import('./types').Context<never, never, { id: string }>} ctx `args.id` is the id of the message
 * @returns {any} the read of the message
 */
export function storedMessageRequest(ctx) {
  const { roomId, seq } = requiredMessageId('id', ctx.args.id);
  return { operation: 'GetItem', key: util.dynamodb.toMapValues({ roomId, seq }), consistentRead: true };
}

/**
 * @param {Context} ctx after storedMessageRequest
 * @returns {Record<string, unknown>} the event
 */
export function storedMessageEvent(ctx) {
  throwIfError(ctx.error);
  if (!isVisible(ctx.result)) {
    failUnknownMessage();
  }
  return published(toMessage(ctx.result));
}

/**
 * @param {import('./types').Context<never, never, { input: Record<string, unknown> }>} ctx `args.input` is the event
 * @returns {{ payload: any }} the request of a resolver on the data source NONE, which returns the input as its result
 */
export function inputRequest(ctx) {
  const { input } = ctx.args;
  assertReadable('input.', input);
  return { payload: input };
}
