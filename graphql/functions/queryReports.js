/**
 * Reads a page of a room's reports with the status `ctx.stash.status`, those of the newest messages first, for who keeps
 * order in the room. Stands four times in its pipeline: after the first time it fills up a page that other reports have left
 * short, a hundred rows at a time.
 *
 * @dataSource reports
 * @access dynamodb:Query reports
 */
import { runtime, util } from '@aws-appsync/utils';
import { requireModerator } from '../shared/authority';
import { entryIdFromCursor } from '../shared/cursor';
import { failOn } from '../shared/errors';
import { pageSizeMaximum } from '../shared/limits';
import { admittedRoomId } from '../shared/membership';
import { missingRows, newPage } from '../shared/paging';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  requireModerator(ctx);
  const isFirst = !ctx.stash.page;
  const page = ctx.stash.page ?? newPage(entryIdFromCursor('reports', ctx.args.nextToken));
  ctx.stash.page = page;
  const missing = missingRows(page, ctx.stash.limit);
  if (missing === 0) {
    runtime.earlyReturn();
  }
  const room = { ':room': admittedRoomId(ctx) };
  const isStart = page.position === null;
  return {
    operation: 'Query',
    query: {
      expression: isStart ? 'roomId = :room' : 'roomId = :room AND reportId < :position',
      expressionValues: util.dynamodb.toMapValues(isStart ? room : { ...room, ':position': page.position }),
    },
    scanIndexForward: false,
    limit: isFirst ? missing : pageSizeMaximum,
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(ctx.error);
  const page = ctx.stash.page;
  const rows = /** @type {import('../shared/types').ReportRow[]} */ (ctx.result.items);
  ctx.stash.page = {
    rows: [...page.rows, ...rows.filter((row) => row.status === ctx.stash.status)],
    position: rows[rows.length - 1]?.reportId ?? page.position,
    isLast: !ctx.result.nextToken,
  };
}
