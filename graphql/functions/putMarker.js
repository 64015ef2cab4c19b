/**
 * Records which sequence number belongs to the caller's clientMessageId. Whoever comes second, a repeated call or the
 * same call at the same time, goes on with the number of the first.
 *
 * @dataSource deduplication
 * @access dynamodb:PutItem,dynamodb:GetItem deduplication
 */
import { runtime } from '@aws-appsync/utils';
import { putMarkerRequest, takeMarkedNumber } from '../shared/marker';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (ctx.stash.isMarked || !ctx.stash.seq) {
    runtime.earlyReturn({});
  }
  return putMarkerRequest(ctx);
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  takeMarkedNumber(ctx);
}
