/**
 * Publishes a message, as it is stored now, to the room's subscribers if the sender's selection was incomplete. A
 * reply includes the message that starts its thread.
 *
 * @requires IAM
 * @dataSource messages
 * @access dynamodb:BatchGetItem messages
 */
import { util } from '@aws-appsync/utils';
import { tables } from '../shared/environment';
import { fail, throwIfError, throwIfUnprocessedKeys } from '../shared/errors';
import { failUnknownMessage, isVisible, toMessage, toThreadRoot } from '../shared/message';
import { published } from '../shared/selection';
import { requiredMessageId } from '../shared/validation';

/** @typedef {import('../shared/types').MessageRow} MessageRow */

/** @param {import('../shared/types').RequestContext<'Mutation.publishMessageCreated'>} ctx */
export function request(ctx) {
  const { id, threadRootId } = ctx.args;
  if (id === threadRootId) {
    fail('ValidationError', 'threadRootId is the message itself. Give the id of the message that starts the thread.');
  }
  const places = [requiredMessageId('id', id), ...(threadRootId ? [requiredMessageId('threadRootId', threadRootId)] : [])];
  const keys = places.map(({ roomId, seq }) => util.dynamodb.toMapValues({ roomId, seq }));
  return { operation: 'BatchGetItem', tables: { [tables.messages]: { keys, consistentRead: true } } };
}

/** @param {import('../shared/types').ResponseContext<'Mutation.publishMessageCreated'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  throwIfUnprocessedKeys(ctx.result);
  const rows = /** @type {(MessageRow | null)[]} */ (ctx.result.data[tables.messages]);
  const message = rowOf(rows, ctx.args.id);
  if (!isVisible(message)) {
    failUnknownMessage();
  }
  const root = ctx.args.threadRootId ? rowOf(rows, ctx.args.threadRootId) : null;
  return published({ ...toMessage(message), ...(root ? { threadRoot: toThreadRoot(root) } : {}) });
}

/**
 * @param {(MessageRow | null)[]} rows
 * @param {string} id
 * @returns {MessageRow | null}
 */
function rowOf(rows, id) {
  const { seq } = requiredMessageId('id', id);
  return rows.find((row) => row?.seq === seq) ?? null;
}
