/**
 * Pages of the caller's memberships, each with its room: the rooms of the caller, and the caller's invitations.
 */
import { toCursor } from './cursor';
import { keyOf } from './maps';
import { nextPosition, pageItems } from './paging';
import { pageLimit } from './validation';

/**
 * @template Row
 * @typedef {import('./paging').Page<Row>} Page
 */
/** @typedef {import('./types').MembershipRow} MembershipRow */
/** @typedef {import('./types').RoomRow} RoomRow */

/**
 * Puts the memberships to list into the stash.
 *
 * @param {import('./types').RequestContext<'Query.myChatRooms' | 'Query.myInvitations'>} ctx
 * @param {import('./types').MembershipState} state
 */
export function stashMyMemberships(ctx, state) {
  ctx.stash.state = state;
  ctx.stash.limit = pageLimit(ctx.args.limit);
}

/**
 * @param {import('./types').Context<'limit' | 'rooms' | { page: Page<MembershipRow> }>} ctx after queryMyMemberships and readRooms
 * @returns {{ entries: { membership: MembershipRow, room: RoomRow }[], nextToken: string | null }} the page, without the
 *   memberships of rooms that no longer exist
 */
export function myRoomsPage(ctx) {
  const { page, limit, rooms } = ctx.stash;
  /** @type {Record<string, RoomRow>} */
  const roomById = {};
  for (const room of rooms) {
    roomById[keyOf(room.roomId)] = room;
  }
  const memberships = /** @type {MembershipRow[]} */ (pageItems(page, limit));
  const position = nextPosition(page, limit, 'roomId');
  return {
    entries: memberships.flatMap((membership) => {
      const room = roomById[keyOf(membership.roomId)];
      return room ? [{ membership, room }] : [];
    }),
    nextToken: position === null ? null : toCursor('rooms', position),
  };
}
