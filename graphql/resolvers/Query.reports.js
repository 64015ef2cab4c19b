/**
 * Returns a page of the reports of a room's messages, for moderators of the room.
 *
 * @requires MODERATOR
 * @pipeline requireMembership, assertRoomVisible, queryReports, queryReports, queryReports, queryReports
 */
import { toCursor } from '../shared/cursor';
import { nextPosition, pageItems } from '../shared/paging';
import { toReport } from '../shared/report';
import { pageLimit, requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Query.reports'>} ctx */
export function request(ctx) {
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  ctx.stash.requiredRole = REQUIRED_ROLE;
  ctx.stash.status = ctx.args.status ?? 'OPEN';
  ctx.stash.limit = pageLimit(ctx.args.limit);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Query.reports'>} ctx */
export function response(ctx) {
  const { page, limit } = ctx.stash;
  const rows = /** @type {import('../shared/types').ReportRow[]} */ (pageItems(page, limit));
  const position = nextPosition(page, limit, 'reportId');
  return {
    items: rows.map((row) => toReport(row)),
    nextToken: position === null ? null : toCursor('reports', position),
  };
}
