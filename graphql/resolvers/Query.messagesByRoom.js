/**
 * Returns a page of a room's messages: the history, newest first, or the messages after a number, oldest first and
 * without gaps that are older than 60 seconds.
 *
 * @requires MEMBER
 * @authorizes MEMBER
 * @pipeline requireMembership, assertRoomVisible, queryMessagesBefore, queryMessagesBefore, queryMessagesAfter, readRoomHead, closeGaps, queryMessagesAfter
 */
import { sequenceFromCursor, toCursor } from '../shared/cursor';
import { fail } from '../shared/errors';
import { visibleRows } from '../shared/historyVisibility';
import { contiguousSeq } from '../shared/gaps';
import { admittedRoomId } from '../shared/membership';
import { toMessage } from '../shared/message';
import { nextPosition, pageItems } from '../shared/paging';
import { optionalSequence, pageLimit, requiredRoomId } from '../shared/validation';

/** @typedef {import('../shared/types').MessageRow} MessageRow */

/** @param {import('../shared/types').RequestContext<'Query.messagesByRoom'>} ctx */
export function request(ctx) {
  const { chatRoomId, limit, nextToken } = ctx.args;
  const beforeSeq = optionalSequence('beforeSeq', ctx.args.beforeSeq, 1);
  const afterSeq = optionalSequence('afterSeq', ctx.args.afterSeq, 0);
  if (beforeSeq !== null && afterSeq !== null) {
    fail('ValidationError', 'beforeSeq and afterSeq are both given. Give one of them, or neither for the newest messages.');
  }
  ctx.stash.roomId = requiredRoomId('chatRoomId', chatRoomId);
  ctx.stash.limit = pageLimit(limit);
  if (afterSeq === null) {
    ctx.stash.afterSeq = null;
    ctx.stash.beforeSeq = sequenceFromCursor('before', nextToken) ?? beforeSeq;
  } else {
    ctx.stash.afterSeq = sequenceFromCursor('after', nextToken) ?? afterSeq;
  }
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Query.messagesByRoom'>} ctx */
export function response(ctx) {
  admittedRoomId(ctx);
  return ctx.stash.afterSeq === null ? historyPage(ctx) : forwardPage(/** @type {import('../shared/gaps').GapContext} */ (ctx));
}

/**
 * @param {import('../shared/types').ResponseContext<'Query.messagesByRoom'>} ctx
 * @returns {Record<string, unknown>}
 */
function historyPage(ctx) {
  const { page, limit } = ctx.stash;
  const rows = /** @type {MessageRow[]} */ (pageItems(page, limit));
  const visible = visibleRows(ctx, rows);
  const position = nextPosition(page, limit, 'seq');
  return {
    items: visible.map((row) => toMessage(row)),
    // Hidden messages extend to the start of the room.
    nextToken: position === null || visible.length < rows.length ? null : toCursor('before', position),
  };
}

/**
 * @param {import('../shared/gaps').GapContext} ctx
 * @returns {Record<string, unknown>}
 */
function forwardPage(ctx) {
  const rows = /** @type {MessageRow[]} */ (ctx.stash.rows);
  const last = rows[rows.length - 1];
  return {
    items: visibleRows(ctx, rows).map((row) => toMessage(row)),
    settledSeq: contiguousSeq(ctx),
    nextToken: ctx.stash.hasMore && last ? toCursor('after', last.seq) : null,
  };
}
