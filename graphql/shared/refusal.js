/**
 * What follows when a condition refuses a write. What AppSync hands over then is contested: the row as it was, the row as
 * it is a moment later, or nothing (docs/adr/0015). So no code looks at it. The function that writes notes the refusal;
 * the function behind it in the pipeline, `confirm...`, reads the row strongly consistently and decides. It costs nothing
 * while nothing is refused.
 *
 * That read comes after the refusal, so the row may have changed again: decide only what is true of the row as it is read.
 */
import { runtime, util } from '@aws-appsync/utils';
import { throwIfError, isRefusedByCondition } from './errors';

/** @typedef {import('./types').Context} Context */

/**
 * Ends the operation when the write failed for any other reason than its condition.
 *
 * @param {Context} ctx after the write
 * @returns {boolean} whether the condition refused it; `stash.isRefused` says so to the next function
 */
export function noteRefusal(ctx) {
  ctx.stash.isRefused = isRefusedByCondition(ctx.error);
  if (!ctx.stash.isRefused) {
    throwIfError(ctx.error);
  }
  return ctx.stash.isRefused;
}

/**
 * As noteRefusal, for a write that has an entry in the log already: any other failure is left in `stash.failure`, to be
 * raised when it is decided whether the entry stays.
 *
 * @param {Context} ctx after the write
 * @returns {any} the row after the write; null if it was not made, or if it is not known whether it was
 */
export function noteChange(ctx) {
  ctx.stash.isRefused = isRefusedByCondition(ctx.error);
  ctx.stash.failure = ctx.stash.isRefused ? null : ctx.error;
  return ctx.error ? null : ctx.result;
}

/**
 * @param {Context} ctx
 * @param {Record<string, unknown>} key of the row that the write was about
 * @returns {any} the read of it; nothing is read unless the write was refused
 */
export function readRefused(ctx, key) {
  if (!ctx.stash.isRefused) {
    runtime.earlyReturn({});
  }
  return { operation: 'GetItem', key: util.dynamodb.toMapValues(key), consistentRead: true };
}

/**
 * Ends the operation when the read failed.
 *
 * @param {Context} ctx after the read
 * @returns {any} the row as it is now; null for none
 */
export function refusedRow(ctx) {
  throwIfError(ctx.error);
  ctx.stash.isRefused = false;
  return ctx.result;
}
