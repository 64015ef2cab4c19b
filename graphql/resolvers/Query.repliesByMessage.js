/**
 * Returns a page of the replies in a message's thread.
 *
 * @requires MEMBER
 * @authorizes MEMBER
 * @pipeline requireMembership, assertRoomVisible, queryReplies, queryReplies, findThreadRoot, readRoomHead
 */
import { toCursor } from '../shared/cursor';
import { visibleRows } from '../shared/historyVisibility';
import { toMessage } from '../shared/message';
import { nextPosition, pageItems } from '../shared/paging';
import { pageLimit, requiredMessageId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Query.repliesByMessage'>} ctx */
export function request(ctx) {
  const { roomId, seq } = requiredMessageId('messageId', ctx.args.messageId);
  ctx.stash.roomId = roomId;
  ctx.stash.seq = seq;
  ctx.stash.limit = pageLimit(ctx.args.limit);
  ctx.stash.afterSeq = null;
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Query.repliesByMessage'>} ctx */
export function response(ctx) {
  const { page, limit } = ctx.stash;
  const rows = /** @type {import('../shared/types').MessageRow[]} */ (pageItems(page, limit));
  const position = nextPosition(page, limit, 'seq');
  return {
    items: visibleRows(ctx, rows).map((row) => toMessage(row)),
    nextToken: position === null ? null : toCursor('replies', position),
  };
}
