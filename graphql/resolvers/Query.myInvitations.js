/**
 * A page of the caller's open invitations, each with the room it is for.
 *
 * @requires SELF
 * @pipeline queryMyMemberships, queryMyMemberships, readRooms
 */
import { toCursor } from '../shared/cursor';
import { keyOf } from '../shared/maps';
import { toMembership } from '../shared/membership';
import { nextPosition, shownRows } from '../shared/paging';
import { toChatRoom } from '../shared/room';
import { pageLimit } from '../shared/validation';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  ctx.stash.state = 'INVITED';
  ctx.stash.limit = pageLimit(ctx.args.limit);
  return {};
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  const { page, limit, rooms } = ctx.stash;
  /** @type {Record<string, import('../shared/types').RoomRow>} */
  const roomById = {};
  for (const room of rooms) {
    roomById[keyOf(room.roomId)] = room;
  }
  const memberships = /** @type {import('../shared/types').MembershipRow[]} */ (shownRows(page, limit));
  const position = nextPosition(page, limit, 'roomId');
  return {
    items: memberships.flatMap((membership) => toInvitation(membership, roomById[keyOf(membership.roomId)])),
    nextToken: position === null ? null : toCursor('rooms', position),
  };
}

/**
 * @param {import('../shared/types').MembershipRow} membership
 * @param {import('../shared/types').RoomRow | undefined} room
 * @returns {Record<string, unknown>[]} one invitation; none into a room that is gone or archived
 */
function toInvitation(membership, room) {
  return room && !room.archivedAt ? [{ chatRoom: toChatRoom(room), membership: toMembership(membership) }] : [];
}
