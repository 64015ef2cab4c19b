/**
 * The part of a room's history that the caller can see: in rooms that hide their history, only messages that were sent
 * after the caller joined.
 */
import { hidesHistory, joinedSeq } from './membership';
import { isExpired } from './message';

/**
 * @template Row
 * @typedef {import('./paging').Page<Row>} Page
 */
/** @typedef {import('./types').MessageRow} MessageRow */

/**
 * @authorizes
 * @param {import('./types').Context<'afterSeq' | { page: Page<MessageRow> }, 'admission'>} ctx the page is read if
 *   `stash.afterSeq` is null
 * @returns {boolean} whether the page has messages from before the caller joined, so that the room's setting must be
 *   read
 */
export function reachesBeforeJoining(ctx) {
  const { afterSeq, page } = ctx.stash;
  const joined = joinedSeq(ctx);
  if (afterSeq !== null) {
    return afterSeq < joined;
  }
  const rows = /** @type {MessageRow[]} */ (page.rows);
  return rows.some((row) => row.seq <= joined);
}

/**
 * @authorizes
 * @param {import('./types').Context<'afterSeq' | { page: Page<MessageRow> }, 'room' | 'admission'>} ctx the room is
 *   read if reachesBeforeJoining
 * @param {MessageRow[]} rows
 * @returns {MessageRow[]} the rows that the caller can see, including those of closed numbers
 */
export function visibleRows(ctx, rows) {
  const first = reachesBeforeJoining(ctx) && hidesHistory(ctx.stash.room) ? joinedSeq(ctx) + 1 : 0;
  return rows.filter((row) => row.seq >= first && !isExpired(row));
}
