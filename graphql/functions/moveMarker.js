/**
 * Points the marker from a number that was closed with VOID to the new one, unless another call has moved it already:
 * then that call's number counts. A marker thus only ever leaves a number that no message can have any more, so there
 * is never a second copy.
 *
 * @dataSource deduplication
 * @access dynamodb:UpdateItem,dynamodb:GetItem deduplication
 */
import { runtime, util } from '@aws-appsync/utils';
import { fail, failOn, isRefusedByCondition } from '../shared/errors';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (ctx.stash.message) {
    runtime.earlyReturn({});
  }
  const { senderId, clientMessageId, seq, voidSeq, expiresAt } = ctx.stash;
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ senderId, clientMessageId }),
    update: {
      expression: expiresAt ? 'SET seq = :new, messageExpiresAt = :end' : 'SET seq = :new',
      expressionValues: util.dynamodb.toMapValues({ ':new': seq, ...(expiresAt ? { ':end': expiresAt } : {}) }),
    },
    condition: { expression: 'seq = :old', expressionValues: util.dynamodb.toMapValues({ ':old': voidSeq }) },
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  if (isRefusedByCondition(ctx.error)) {
    if (!ctx.result) {
      fail('Conflict', 'The message was not sent. Repeat the call with the same clientMessageId.');
    }
    ctx.stash.seq = ctx.result.seq;
  } else {
    failOn(ctx.error);
  }
}
