/**
 * Reads the rooms of a page into `ctx.stash.rooms`, in the order of the page; rooms that no longer exist are omitted.
 * The page is `ctx.stash.roomIds`, or the memberships of `ctx.stash.page`.
 *
 * @dataSource rooms
 * @access dynamodb:BatchGetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { tables } from '../shared/environment';
import { throwIfError, throwIfUnprocessedKeys } from '../shared/errors';
import { keyOf } from '../shared/maps';
import { pageItems } from '../shared/paging';

/** @param {import('../shared/types').RequestContext<'readRooms', { page: import('../shared/paging').Page<import('../shared/types').MembershipRow> }>} ctx */
export function request(ctx) {
  const { page, limit } = ctx.stash;
  const roomIds = /** @type {string[]} */ (ctx.stash.roomIds ?? pageItems(page, limit).map((row) => row.roomId));
  ctx.stash.roomIds = roomIds;
  ctx.stash.rooms = [];
  if (roomIds.length === 0) {
    runtime.earlyReturn({});
  }
  return {
    operation: 'BatchGetItem',
    tables: { [tables.rooms]: { keys: roomIds.map((roomId) => util.dynamodb.toMapValues({ roomId })) } },
  };
}

/** @param {import('../shared/types').ResponseContext<'readRooms'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  throwIfUnprocessedKeys(ctx.result);
  /** @type {Record<string, import('../shared/types').RoomRow>} */
  const found = {};
  for (const room of ctx.result.data[tables.rooms]) {
    if (room) {
      found[keyOf(room.roomId)] = room;
    }
  }
  const roomIds = /** @type {string[]} */ (ctx.stash.roomIds);
  ctx.stash.rooms = roomIds.map((roomId) => found[keyOf(roomId)]).filter((room) => room);
}
