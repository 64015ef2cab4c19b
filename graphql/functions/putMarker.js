/**
 * Records which sequence number belongs to the caller's clientMessageId, or points the marker from a number that was
 * closed to the new one. A call that comes second, repeated or at the same time, goes on with the number of the first,
 * which confirmNumber reads.
 *
 * @dataSource deduplication
 * @access dynamodb:PutItem,dynamodb:UpdateItem,dynamodb:GetItem deduplication
 */
import { runtime } from '@aws-appsync/utils';
import { failOn, isRefusedByCondition } from '../shared/errors';
import { moveMarkerRequest, putMarkerRequest } from '../shared/marker';

/** @param {import('../shared/types').Context<{ clientMessageId: string }>} ctx */
export function request(ctx) {
  const { message, refusedBy, isMarked, voidSeq } = ctx.stash;
  if (message || refusedBy || (isMarked && !voidSeq)) {
    runtime.earlyReturn({});
  }
  return voidSeq ? moveMarkerRequest(ctx) : putMarkerRequest(ctx);
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  if (isRefusedByCondition(ctx.error)) {
    ctx.stash.refusedBy = 'marker';
    return;
  }
  failOn(ctx.error);
}
