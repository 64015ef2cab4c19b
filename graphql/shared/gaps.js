/**
 * Gaps: sequence numbers that were allocated but have no message, because a sender was interrupted between advanceRoom
 * and putMessage. The functions cover one page of `messagesByRoom(afterSeq)`; numbers are dense, so a page of n
 * messages spans n numbers.
 */
import { util } from '@aws-appsync/utils';
import { gapAgeSeconds } from '../../contract/limits.json';
import { daySeconds, retentionDays } from './room';

/** @typedef {import('./types').Context<'limit' | GapKeys, 'room' | 'admission'>} GapContext of a page that is read forwards */
/** @typedef {{ afterSeq: number, rows: MessageRow[], hasMore: boolean, page: import('./paging').Page<MessageRow> }} GapKeys */
/** @typedef {import('./types').MessageRow} MessageRow */
/** @typedef {import('./types').RoomRow} RoomRow */

const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/**
 * @param {import('./types').Context<{ rows: MessageRow[] }>} ctx
 * @returns {MessageRow[]} the rows of the page, oldest first
 */
function pageRows(ctx) {
  return /** @type {MessageRow[]} */ (ctx.stash.rows);
}

/**
 * @param {import('./types').Context<{ rows: MessageRow[]; afterSeq: number }>} ctx
 * @returns {number} the highest number of the page that has a row; afterSeq if the page is empty
 */
function lastRowSeq(ctx) {
  const rows = pageRows(ctx);
  return rows[rows.length - 1]?.seq ?? ctx.stash.afterSeq;
}

/**
 * @param {GapContext} ctx
 * @returns {boolean} whether the page has numbers after its last row; only the room's row shows whether they are gaps
 */
export function isTailOpen(ctx) {
  return !ctx.stash.hasMore && lastRowSeq(ctx) < ctx.stash.afterSeq + ctx.stash.limit;
}

/**
 * @param {MessageRow | undefined} before the row before a gap; undefined if it is not in the page
 * @param {MessageRow | undefined} next the row after it; undefined at the end of the room
 * @param {RoomRow | null | undefined} room
 * @returns {boolean} whether the gap may be a message that has expired: such a message was sent after the row before
 *   it and had at least the lifetime of one of its neighbours
 */
function mayHaveExpired(before, next, room) {
  const lives = [before, next].flatMap((row) =>
    row?.expiresAt ? [row.expiresAt * 1000 - util.time.parseISO8601ToEpochMilliSeconds(row.createdAt)] : [],
  );
  const days = !next && room ? retentionDays(room) : 0;
  if (days) {
    lives.push(days * daySeconds * 1000);
  }
  if (lives.length === 0 || !before) {
    return lives.length > 0;
  }
  const life = Math.min(...lives);
  return util.time.parseISO8601ToEpochMilliSeconds(before.createdAt) + life <= util.time.nowEpochMilliSeconds();
}

/**
 * Returns the number up to which the page is complete: numbers up to it without a row will never have a message,
 * because the gap was closed or the message has expired. The next number may still get a message.
 *
 * @param {GapContext} ctx after the gaps were closed
 * @returns {number}
 */
export function contiguousSeq(ctx) {
  const room = /** @type {RoomRow | null | undefined} */ (ctx.stash.room);
  const latest = util.time.nowEpochMilliSeconds() - gapAgeSeconds * 1000;
  /** @type {MessageRow | undefined} */
  let before;
  let last = ctx.stash.afterSeq;
  for (const row of pageRows(ctx)) {
    const isGap = row.seq > last + 1;
    if (isGap && !(mayHaveExpired(before, row, room) && isOlder(row.createdAt, latest))) {
      return last;
    }
    before = row;
    last = row.seq;
  }
  const isEnd = !ctx.stash.hasMore && room && room.lastSeq > last;
  return isEnd && mayHaveExpired(before, undefined, room) && isOlder(room.lastMessageAt, latest)
    ? room.lastSeq
    : last;
}

/**
 * Finds the gaps that are old enough to be closed. A gap's number was allocated before the number of the next message
 * and before the room was last advanced, so the gap is at least as old as both.
 *
 * @param {GapContext} ctx
 * @returns {number[]} their sequence numbers
 */
export function closableGaps(ctx) {
  const { afterSeq, limit } = ctx.stash;
  const rows = pageRows(ctx);
  const room = /** @type {RoomRow | null | undefined} */ (ctx.stash.room);
  const given = Math.max(lastRowSeq(ctx), room?.lastSeq ?? 0);
  const latest = util.time.nowEpochMilliSeconds() - gapAgeSeconds * 1000;
  /** @type {number[]} */
  const gaps = [];
  let index = 0;
  for (const offset of digits.flatMap((tens) => digits.map((ones) => tens * 10 + ones))) {
    const seq = afterSeq + 1 + offset;
    if (offset < limit && seq <= given) {
      const next = rows[index];
      if (next?.seq === seq) {
        index += 1;
      } else if (
        isOlder(next ? next.createdAt : room?.lastMessageAt, latest) &&
        !mayHaveExpired(rows[index - 1], next, room)
      ) {
        gaps.push(seq);
      }
    }
  }
  return gaps;
}

/**
 * @param {string | undefined} time
 * @param {number} latest in milliseconds since the epoch
 * @returns {boolean}
 */
function isOlder(time, latest) {
  return !!time && util.time.parseISO8601ToEpochMilliSeconds(time) <= latest;
}
