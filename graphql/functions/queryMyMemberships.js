/**
 * Reads a page of the caller's memberships in the state `ctx.stash.state`. Stands twice in its pipeline: the second time
 * it fills up a page that memberships in other states have left short.
 *
 * @authorizes SELF
 * @dataSource memberships
 * @access dynamodb:Query memberships.byUser
 */
import { runtime, util } from '@aws-appsync/utils';
import { roomIdFromCursor } from '../shared/cursor';
import { failOn } from '../shared/errors';
import { callerId } from '../shared/identity';
import { missingRows, newPage } from '../shared/paging';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const page = ctx.stash.page ?? newPage(roomIdFromCursor('rooms', ctx.args.nextToken));
  ctx.stash.page = page;
  const missing = missingRows(page, ctx.stash.limit);
  if (missing === 0) {
    runtime.earlyReturn({});
  }
  const user = { ':user': callerId(ctx) };
  const isStart = page.position === null;
  return {
    operation: 'Query',
    index: 'byUser',
    query: {
      expression: isStart ? 'userId = :user' : 'userId = :user AND roomId > :position',
      expressionValues: util.dynamodb.toMapValues(isStart ? user : { ...user, ':position': page.position }),
    },
    limit: missing,
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(ctx.error);
  const page = ctx.stash.page;
  const rows = /** @type {import('../shared/types').MembershipRow[]} */ (ctx.result.items);
  ctx.stash.page = {
    rows: [...page.rows, ...rows.filter((row) => row.state === ctx.stash.state)],
    position: rows[rows.length - 1]?.roomId ?? page.position,
    isLast: !ctx.result.nextToken,
  };
}
