/**
 * Records the sequence number of the caller's clientMessageId, or points the record from a closed number to the new
 * one. A repeated or concurrent call continues with the number of the first call, which confirmNumber reads.
 *
 * @dataSource deduplication
 * @access dynamodb:PutItem,dynamodb:UpdateItem,dynamodb:GetItem deduplication
 */
import { runtime } from '@aws-appsync/utils';
import { throwIfError, isRefusedByCondition } from '../shared/errors';
import { moveIdempotencyRecordRequest, putIdempotencyRecordRequest } from '../shared/idempotency';

/** @param {import('../shared/types').RequestContext<'putIdempotencyRecord'>} ctx */
export function request(ctx) {
  const { message, refusedBy, hasIdempotencyRecord, voidSeq } = ctx.stash;
  if (message || refusedBy || (hasIdempotencyRecord && !voidSeq)) {
    runtime.earlyReturn({});
  }
  return voidSeq ? moveIdempotencyRecordRequest(ctx) : putIdempotencyRecordRequest(ctx);
}

/** @param {import('../shared/types').ResponseContext<'putIdempotencyRecord'>} ctx */
export function response(ctx) {
  if (isRefusedByCondition(ctx.error)) {
    ctx.stash.refusedBy = 'idempotencyRecord';
    return;
  }
  throwIfError(ctx.error);
}
