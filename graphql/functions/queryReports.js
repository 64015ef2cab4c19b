/**
 * Reads a page of a room's reports with the status `ctx.stash.status`, reports of the newest messages first. Runs four
 * times in its pipeline to fill pages that other reports leave short.
 *
 * @authorizes REQUIRED_ROLE
 * @dataSource reports
 * @access dynamodb:Query reports
 */
import { pageSizeMaximum } from '../../contract/limits.json';
import { requireRole } from '../shared/authority';
import { entryIdFromCursor } from '../shared/cursor';
import { throwIfError } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { addToPage, queryPage } from '../shared/paging';

/** @param {import('../shared/types').RequestContext<'queryReports'>} ctx */
export function request(ctx) {
  requireRole(ctx);
  const listing = {
    partition: { name: 'roomId', value: admittedRoomId(ctx) },
    key: 'reportId',
    start: entryIdFromCursor('reports', ctx.args.nextToken),
    isNewestFirst: true,
  };
  return queryPage(ctx, listing, pageSizeMaximum);
}

/** @param {import('../shared/types').ResponseContext<'queryReports'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  const rows = /** @type {import('../shared/types').ReportRow[]} */ (ctx.result.items);
  addToPage(ctx, 'reportId', rows.filter((row) => row.status === ctx.stash.status));
}
