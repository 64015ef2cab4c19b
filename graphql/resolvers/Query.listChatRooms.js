/**
 * Returns a page of public rooms, newest first.
 *
 * @requires SIGNED_IN
 * @authorizes SIGNED_IN
 * @pipeline queryPublicRooms, readRooms
 */
import { callerId } from '../shared/identity';
import { toChatRoom } from '../shared/room';
import { pageLimit } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Query.listChatRooms'>} ctx */
export function request(ctx) {
  callerId(ctx);
  ctx.stash.limit = pageLimit(ctx.args.limit);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Query.listChatRooms'>} ctx */
export function response(ctx) {
  const rooms = ctx.stash.rooms;
  return {
    items: rooms.filter((room) => room.listedVisibility).map((room) => toChatRoom(room)),
    nextToken: ctx.stash.nextToken,
  };
}
