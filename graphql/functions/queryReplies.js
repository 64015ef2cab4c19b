/**
 * Reads a page of a thread's replies, oldest first. Runs twice in its pipeline: the second time it fills a page that
 * expired replies or DynamoDB's limit of 1 MB left short.
 *
 * @dataSource messages
 * @access dynamodb:Query messages.byThread
 */
import { sequenceFromCursor } from '../shared/cursor';
import { throwIfError } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { isVisible, toMessageId } from '../shared/message';
import { addToPage, queryPage } from '../shared/paging';

/** @param {import('../shared/types').RequestContext<'queryReplies'>} ctx */
export function request(ctx) {
  return queryPage(ctx, {
    index: 'byThread',
    partition: { name: 'threadId', value: toMessageId(admittedRoomId(ctx), ctx.stash.seq) },
    key: 'seq',
    start: sequenceFromCursor('replies', ctx.args.nextToken),
    isNewestFirst: false,
  });
}

/** @param {import('../shared/types').ResponseContext<'queryReplies'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  const rows = /** @type {import('../shared/types').MessageRow[]} */ (ctx.result.items);
  addToPage(ctx, 'seq', rows.filter((row) => isVisible(row)));
}
