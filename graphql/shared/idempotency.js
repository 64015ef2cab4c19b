/**
 * The idempotency record of a clientMessageId, which holds the sequence number of its message. A record is only moved
 * from a number that was closed with VOID. No message can use that number, so there is never a second copy.
 */
import { util } from '@aws-appsync/utils';
import { voidType } from '../../contract/names.json';
import { settings } from './environment';
import { fail } from './errors';
import { callerId } from './identity';
import { toMessage } from './message';

/** @typedef {import('./types').MessageRow} MessageRow */

/**
 * @param {import('./types').Context<'senderId' | 'clientMessageId'>} ctx
 * @returns {{ senderId: string, clientMessageId: string }} the key of the caller's idempotency record
 */
export function idempotencyKey(ctx) {
  const { senderId, clientMessageId } = ctx.stash;
  return { senderId, clientMessageId };
}

/**
 * @param {import('./types').Context<'senderId' | 'clientMessageId', 'seq' | 'expiresAt'>} ctx
 * @returns {any} the write of the caller's idempotency record; if several calls write it, only the first succeeds
 */
export function putIdempotencyRecordRequest(ctx) {
  const { seq, expiresAt } = ctx.stash;
  return {
    operation: 'PutItem',
    key: util.dynamodb.toMapValues(idempotencyKey(ctx)),
    attributeValues: util.dynamodb.toMapValues({
      seq,
      expiresAt: util.time.nowEpochSeconds() + settings.deduplicationHours * 3600,
      ...(expiresAt ? { messageExpiresAt: expiresAt } : {}),
    }),
    condition: { expression: 'attribute_not_exists(senderId)' },
  };
}

/**
 * @param {import('./types').Context<'senderId' | 'clientMessageId', 'seq' | 'voidSeq' | 'expiresAt'>} ctx
 * @returns {any} the write that moves the record from the closed number to the new one, unless another call moved it
 */
export function moveIdempotencyRecordRequest(ctx) {
  const { seq, voidSeq, expiresAt } = ctx.stash;
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues(idempotencyKey(ctx)),
    update: {
      expression: expiresAt ? 'SET seq = :new, messageExpiresAt = :end' : 'SET seq = :new REMOVE messageExpiresAt',
      expressionValues: util.dynamodb.toMapValues({ ':new': seq, ...(expiresAt ? { ':end': expiresAt } : {}) }),
    },
    condition: { expression: 'seq = :old', expressionValues: util.dynamodb.toMapValues({ ':old': voidSeq }) },
  };
}

/**
 * @returns {never}
 */
export function failNotSent() {
  fail('Conflict', 'The message was not sent. Retry with the same clientMessageId.');
}

/**
 * Makes the row the result if it is the caller's message; otherwise ends the operation.
 *
 * @authorizes
 * @param {import('./types').Context<never, 'clientMessageId' | 'message'>} ctx
 * @param {MessageRow} found the row at the number of the caller's clientMessageId
 */
export function acceptSentMessage(ctx, found) {
  if (found.authorId !== callerId(ctx) || found.clientMessageId !== ctx.stash.clientMessageId) {
    failNotSent();
  }
  ctx.stash.message = toMessage(found);
}

/**
 * Decides how a call continues whose clientMessageId already has a number: an existing message is the result; a closed
 * number is replaced with a new one.
 *
 * @authorizes
 * @param {import('./types').Context<never, 'seq' | 'voidSeq' | 'clientMessageId' | 'message'>} ctx
 * @param {MessageRow | null} found the row at that number
 */
export function resumeFrom(ctx, found) {
  if (found?.type === voidType) {
    ctx.stash.voidSeq = ctx.stash.seq;
    ctx.stash.seq = null;
  } else if (found) {
    acceptSentMessage(ctx, found);
  }
}
