/**
 * Reads a page of a room's memberships in the state `ctx.stash.state`. Stands four times in its pipeline: after
 * the first time it fills up a page that memberships in other states have left short, a hundred rows at a time.
 *
 * @dataSource memberships
 * @access dynamodb:Query memberships
 */
import { runtime, util } from '@aws-appsync/utils';
import { requireModerator } from '../shared/authority';
import { userIdFromCursor } from '../shared/cursor';
import { failOn } from '../shared/errors';
import { pageSizeMaximum } from '../shared/limits';
import { admittedRoomId } from '../shared/membership';
import { missingRows, newPage } from '../shared/paging';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (ctx.stash.state !== 'ACTIVE') {
    requireModerator(ctx);
  }
  const isFirst = !ctx.stash.page;
  const page = ctx.stash.page ?? newPage(userIdFromCursor('members', ctx.args.nextToken));
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
      expression: isStart ? 'roomId = :room' : 'roomId = :room AND userId > :position',
      expressionValues: util.dynamodb.toMapValues(isStart ? room : { ...room, ':position': page.position }),
    },
    limit: isFirst ? missing : pageSizeMaximum,
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(ctx.error);
  const page = ctx.stash.page;
  const rows = /** @type {import('../shared/types').MembershipRow[]} */ (ctx.result.items);
  ctx.stash.page = {
    rows: [...page.rows, ...rows.filter((row) => row.state === ctx.stash.state)],
    position: rows[rows.length - 1]?.userId ?? page.position,
    isLast: !ctx.result.nextToken,
  };
}
