/**
 * Reads a page of a room's reports with the status `ctx.stash.status`, those of the newest messages first, for who keeps
 * order in the room. Stands four times in its pipeline, because other reports leave the page short.
 *
 * @authorizes REQUIRED_ROLE
 * @dataSource reports
 * @access dynamodb:Query reports
 */
import { requireRole } from '../shared/authority';
import { entryIdFromCursor } from '../shared/cursor';
import { failOn } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { addToPage, queryRoomPage } from '../shared/paging';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  requireRole(ctx);
  const start = entryIdFromCursor('reports', ctx.args.nextToken);
  return queryRoomPage(ctx, { key: 'reportId', roomId: admittedRoomId(ctx), start, isNewestFirst: true });
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(ctx.error);
  addToPage(ctx, 'reportId', 'status', ctx.stash.status);
}
