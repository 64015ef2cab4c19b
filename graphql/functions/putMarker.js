/**
 * Records which sequence number belongs to the caller's clientMessageId. Whoever comes second, a repeated call or the
 * same call at the same time, goes on with the number of the first.
 *
 * @dataSource deduplication
 * @access dynamodb:PutItem,dynamodb:GetItem deduplication
 */
import { runtime, util } from '@aws-appsync/utils';
import { settings } from '../shared/environment';
import { fail, failOn, isRefusedByCondition } from '../shared/errors';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (ctx.stash.isMarked) {
    runtime.earlyReturn();
  }
  const { senderId, clientMessageId, seq } = ctx.stash;
  return {
    operation: 'PutItem',
    key: util.dynamodb.toMapValues({ senderId, clientMessageId }),
    attributeValues: util.dynamodb.toMapValues({
      seq,
      expiresAt: util.time.nowEpochSeconds() + settings.deduplicationHours * 3600,
    }),
    condition: { expression: 'attribute_not_exists(senderId)' },
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
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
