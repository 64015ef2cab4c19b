/**
 * Reads a page of a room's history, newest first. Stands twice in its pipeline: the second time it fills up a page that
 * numbers without a message, or DynamoDB's 1 MB, have left short.
 *
 * @dataSource messages
 * @access dynamodb:Query messages
 */
import { runtime, util } from '@aws-appsync/utils';
import { failOn } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { isShown } from '../shared/message';
import { missingRows, newPage } from '../shared/paging';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (ctx.stash.afterSeq !== null) {
    runtime.earlyReturn({});
  }
  const page = ctx.stash.page ?? newPage(ctx.stash.beforeSeq);
  ctx.stash.page = page;
  const missing = missingRows(page, ctx.stash.limit);
  if (missing === 0) {
    runtime.earlyReturn({});
  }
  const room = { ':room': admittedRoomId(ctx) };
  const isStart = page.position === null;
  return {
    operation: 'Query',
    query: {
      expression: isStart ? 'roomId = :room' : 'roomId = :room AND seq < :position',
      expressionValues: util.dynamodb.toMapValues(isStart ? room : { ...room, ':position': page.position }),
    },
    scanIndexForward: false,
    limit: missing,
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(ctx.error);
  const page = ctx.stash.page;
  const rows = /** @type {import('../shared/types').MessageRow[]} */ (ctx.result.items);
  ctx.stash.page = {
    rows: [...page.rows, ...rows.filter((row) => isShown(row))],
    position: rows[rows.length - 1]?.seq ?? page.position,
    isLast: !ctx.result.nextToken,
  };
}
