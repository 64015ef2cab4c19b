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
import { throwIfError, isRefusedByCondition } from '../shared/errors';
import { canModerate } from '../shared/membership';
import { countMessageRequest, failOverLimit, sendIntervalSeconds, acquireSendSlotRequest } from '../shared/rateLimit';
import { failIfClosed } from '../shared/room';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const { room } = ctx.stash;
  const seconds = sendIntervalSeconds(canModerate(ctx) ? 0 : (room?.slowModeSeconds ?? 0));
  const counted = countMessageRequest(ctx);
  // A message that has a number has had its turn.
  if (ctx.stash.hasIdempotencyRecord || (!seconds && !counted)) {
    runtime.earlyReturn({});
  }
  if (room) {
    failIfClosed(room);
  }
  ctx.stash.isInSlowMode = seconds > 0;
  return seconds ? acquireSendSlotRequest(ctx, seconds) : counted;
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  if (!isRefusedByCondition(ctx.error)) {
    throwIfError(ctx.error);
    return;
  }
  if (!ctx.stash.isInSlowMode) {
    failOverLimit();
  }
  ctx.stash.refusedBy = 'sendSlot';
}
