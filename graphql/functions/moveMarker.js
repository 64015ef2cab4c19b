/**
 * Points the marker from a number that was closed with VOID to the new one, unless another call has moved it already:
 * then that call's number counts. A marker thus only ever leaves a number that no message can have any more, so there
 * is never a second copy.
 *
 * In a room with slow mode, where the number comes late, there is no marker yet: then this is what putMarker is.
 *
 * @dataSource deduplication
 * @access dynamodb:PutItem,dynamodb:UpdateItem,dynamodb:GetItem deduplication
 */
import { runtime, util } from '@aws-appsync/utils';
import { fail, failOn, isRefusedByCondition } from '../shared/errors';
import { putMarkerRequest, takeMarkedNumber } from '../shared/marker';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (ctx.stash.message) {
    runtime.earlyReturn();
  }
  if (!ctx.stash.isMarked) {
    return putMarkerRequest(ctx);
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
  if (!ctx.stash.isMarked) {
    takeMarkedNumber(ctx);
    return;
  }
  if (isRefusedByCondition(ctx.error)) {
    if (!ctx.result) {
      fail('Conflict', 'The message was not sent. Repeat the call with the same clientMessageId.');
    }
    ctx.stash.seq = ctx.result.seq;
  } else {
    failOn(ctx.error);
  }
}
