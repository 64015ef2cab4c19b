/**
 * Reads a page of a room's history, newest first. Runs twice in its pipeline: the second time it fills a page that VOID
 * rows or DynamoDB's limit of 1 MB left short.
 *
 * @dataSource messages
 * @access dynamodb:Query messages
 */
import { runtime } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { isVisible } from '../shared/message';
import { addToPage, queryPage } from '../shared/paging';

/** @param {import('../shared/types').RequestContext<'queryMessagesBefore'>} ctx */
export function request(ctx) {
  if (ctx.stash.afterSeq !== null) {
    runtime.earlyReturn({});
  }
  return queryPage(ctx, {
    partition: { name: 'roomId', value: admittedRoomId(ctx) },
    key: 'seq',
    start: ctx.stash.beforeSeq,
    isNewestFirst: true,
  });
}

/** @param {import('../shared/types').ResponseContext<'queryMessagesBefore'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  const rows = /** @type {import('../shared/types').MessageRow[]} */ (ctx.result.items);
  addToPage(ctx, 'seq', rows.filter((row) => isVisible(row)));
}
