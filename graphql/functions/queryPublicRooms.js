/**
 * Reads the ids of a page of public rooms, newest first. The index holds only keys, which messages do not change, so
 * busy rooms do not write to the index.
 *
 * @dataSource rooms
 * @access dynamodb:Query rooms.byVisibility
 */
import { util } from '@aws-appsync/utils';
import { failInvalidCursor, opaqueCursor } from '../shared/cursor';
import { throwIfError, isInvalidCursor } from '../shared/errors';

/** @param {import('../shared/types').RequestContext<'queryPublicRooms'>} ctx */
export function request(ctx) {
  return {
    operation: 'Query',
    index: 'byVisibility',
    query: {
      expression: 'listedVisibility = :public',
      expressionValues: util.dynamodb.toMapValues({ ':public': 'PUBLIC' }),
    },
    scanIndexForward: false,
    limit: ctx.stash.limit,
    nextToken: opaqueCursor(ctx.args.nextToken),
  };
}

/** @param {import('../shared/types').ResponseContext<'queryPublicRooms'>} ctx */
export function response(ctx) {
  const isContinued = (ctx.args.nextToken ?? null) !== null;
  if (isContinued && isInvalidCursor(ctx.error)) {
    failInvalidCursor();
  }
  throwIfError(ctx.error);
  const rows = /** @type {import('../shared/types').RoomRow[]} */ (ctx.result.items);
  ctx.stash.roomIds = rows.map((row) => row.roomId);
  ctx.stash.nextToken = ctx.result.nextToken;
}
