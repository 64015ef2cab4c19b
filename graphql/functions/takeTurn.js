/**
 * Holds back who sends too often: in a room with slow mode its members, and where the environment has a limit
 * everybody. Elsewhere nothing is written. Both are one conditional write, of a row beside the caller's markers. When the
 * caller's turn is, confirmNumber reads.
 *
 * @authorizes
 * @dataSource deduplication
 * @access dynamodb:UpdateItem,dynamodb:GetItem deduplication
 */
import { runtime } from '@aws-appsync/utils';
import { failOn, isRefusedByCondition } from '../shared/errors';
import { keepsOrder } from '../shared/membership';
import { countMessageRequest, failOverLimit, secondsBetween, takeTurnRequest } from '../shared/pace';
import { failIfClosed } from '../shared/room';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const { room } = ctx.stash;
  const seconds = secondsBetween(keepsOrder(ctx) ? 0 : (room?.slowModeSeconds ?? 0));
  const counted = countMessageRequest(ctx);
  // A message that has a number has had its turn.
  if (ctx.stash.isMarked || (!seconds && !counted)) {
    runtime.earlyReturn({});
  }
  if (room) {
    failIfClosed(room);
  }
  ctx.stash.isInSlowMode = seconds > 0;
  return seconds ? takeTurnRequest(ctx, seconds) : counted;
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  if (!isRefusedByCondition(ctx.error)) {
    failOn(ctx.error);
    return;
  }
  if (!ctx.stash.isInSlowMode) {
    failOverLimit();
  }
  ctx.stash.refusedBy = 'turn';
}
