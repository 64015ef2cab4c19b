/**
 * Limits how often a member can send: in rooms with slow mode, and in all rooms if the environment sets
 * `messagesPerMinute`. Otherwise nothing is written. Both limits are one conditional write of a row next to the
 * caller's idempotency records. If slow mode refuses the write, confirmNumber reads when the caller may send again.
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

/** @param {import('../shared/types').RequestContext<'acquireSendSlot'>} ctx */
export function request(ctx) {
  const { room } = ctx.stash;
  const seconds = sendIntervalSeconds(canModerate(ctx) ? 0 : (room?.slowModeSeconds ?? 0));
  const counted = countMessageRequest(ctx);
  // A repeated call has acquired its slot already.
  if (ctx.stash.hasIdempotencyRecord || (!seconds && !counted)) {
    runtime.earlyReturn({});
  }
  if (room) {
    failIfClosed(room);
  }
  ctx.stash.isInSlowMode = seconds > 0;
  return seconds ? acquireSendSlotRequest(ctx, seconds) : counted;
}

/** @param {import('../shared/types').ResponseContext<'acquireSendSlot'>} ctx */
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
