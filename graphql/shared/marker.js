/**
 * The marker of a clientMessageId: which sequence number its message has.
 */
import { util } from '@aws-appsync/utils';
import { settings } from './environment';
import { fail, failOn, isRefusedByCondition } from './errors';

/** @typedef {import('./types').Context} Context */

/**
 * @param {Context} ctx
 * @returns {any} the write of the caller's marker, which only the first of several does
 */
export function putMarkerRequest(ctx) {
  const { senderId, clientMessageId, seq, expiresAt } = ctx.stash;
  return {
    operation: 'PutItem',
    key: util.dynamodb.toMapValues({ senderId, clientMessageId }),
    attributeValues: util.dynamodb.toMapValues({
      seq,
      expiresAt: util.time.nowEpochSeconds() + settings.deduplicationHours * 3600,
      ...(expiresAt ? { messageExpiresAt: expiresAt } : {}),
    }),
    condition: { expression: 'attribute_not_exists(senderId)' },
  };
}

/**
 * Whoever comes second, a repeated call or the same call at the same time, goes on with the number of the first.
 *
 * @param {Context} ctx
 */
export function takeMarkedNumber(ctx) {
  if (isRefusedByCondition(ctx.error)) {
    if (!ctx.result) {
      fail('Conflict', 'The same message was sent twice at once. Repeat the call with the same clientMessageId.');
    }
    ctx.stash.seq = ctx.result.seq;
  } else {
    failOn(ctx.error);
  }
  ctx.stash.isMarked = true;
}
