/**
 * Reads a page of a thread's replies, oldest first. Stands twice in its pipeline: the second time it fills up a page that
 * expired replies, or DynamoDB's 1 MB, have left short.
 *
 * @dataSource messages
 * @access dynamodb:Query messages.byThread
 */
import { runtime, util } from '@aws-appsync/utils';
import { sequenceFromCursor } from '../shared/cursor';
import { failOn } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { isShown, toMessageId } from '../shared/message';
import { missingRows, newPage } from '../shared/paging';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const page = ctx.stash.page ?? newPage(sequenceFromCursor('replies', ctx.args.nextToken));
  ctx.stash.page = page;
  const missing = missingRows(page, ctx.stash.limit);
  if (missing === 0) {
    runtime.earlyReturn({});
  }
  const thread = { ':thread': toMessageId(admittedRoomId(ctx), ctx.stash.seq) };
  const isStart = page.position === null;
  return {
    operation: 'Query',
    index: 'byThread',
    query: {
      expression: isStart ? 'threadId = :thread' : 'threadId = :thread AND seq > :position',
      expressionValues: util.dynamodb.toMapValues(isStart ? thread : { ...thread, ':position': page.position }),
    },
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
