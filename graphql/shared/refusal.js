/**
 * Writes that a condition refuses. Sources disagree on what AppSync passes to the response handler in this case: the
 * row as it was, the row as it is a moment later, or nothing (docs/adr/0015). Therefore no code reads it. The function
 * that writes records the refusal; the next function of the pipeline, `confirm...`, reads the row with strong
 * consistency and decides. This costs nothing if nothing is refused.
 *
 * The read comes after the refusal, so the row may have changed again: decisions must depend only on the row as it is
 * read.
 */
import { runtime, util } from '@aws-appsync/utils';
import { throwIfError, isRefusedByCondition } from './errors';


/**
 * Ends the operation if the write failed for any reason other than its condition.
 *
 * @param {import('./types').Context<never, 'isRefused'>} ctx after the write
 * @returns {boolean} whether the condition failed; also stored in `stash.isRefused` for the next function
 */
export function noteRefusal(ctx) {
  ctx.stash.isRefused = isRefusedByCondition(ctx.error);
  if (!ctx.stash.isRefused) {
    throwIfError(ctx.error);
  }
  return ctx.stash.isRefused;
}

/**
 * Like noteRefusal, for a write that already has a log entry: any other failure is stored in `stash.failure`, to be
 * raised after it is decided whether the entry stays.
 *
 * @param {import('./types').Context<never, 'isRefused' | 'failure'>} ctx after the write
 * @returns {any} the row after the write; null if the write failed, or if it is unknown whether it succeeded
 */
export function noteChange(ctx) {
  ctx.stash.isRefused = isRefusedByCondition(ctx.error);
  ctx.stash.failure = ctx.stash.isRefused ? null : ctx.error;
  return ctx.error ? null : ctx.result;
}

/**
 * @param {import('./types').Context<'isRefused'>} ctx
 * @param {Record<string, unknown>} key the key of the row of the write
 * @returns {any} the read of the row; skipped if the write was not refused
 */
export function readRefused(ctx, key) {
  if (!ctx.stash.isRefused) {
    runtime.earlyReturn({});
  }
  return { operation: 'GetItem', key: util.dynamodb.toMapValues(key), consistentRead: true };
}

/**
 * Ends the operation if the read failed.
 *
 * @param {import('./types').Context<never, 'isRefused'>} ctx after the read
 * @returns {any} the current row; null if it does not exist
 */
export function refusedRow(ctx) {
  throwIfError(ctx.error);
  ctx.stash.isRefused = false;
  return ctx.result;
}
