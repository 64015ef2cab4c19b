/**
 * A page of the caller's rooms, with last message and number of unread messages: no write per member, ever.
 *
 * @requires SELF
 * @pipeline queryMyMemberships, queryMyMemberships, readRooms
 */
import { toCursor } from '../shared/cursor';
import { keyOf } from '../shared/maps';
import { toMembership } from '../shared/membership';
import { toNotificationPreference } from '../shared/notification';
import { nextPosition, shownRows } from '../shared/paging';
import { toChatRoom, toPreview } from '../shared/room';
import { pageLimit } from '../shared/validation';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  ctx.stash.state = 'ACTIVE';
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
    items: memberships.flatMap((membership) => toMyChatRoom(membership, roomById[keyOf(membership.roomId)])),
    nextToken: position === null ? null : toCursor('rooms', position),
  };
}

/**
 * @param {import('../shared/types').MembershipRow} membership
 * @param {import('../shared/types').RoomRow | undefined} room
 * @returns {Record<string, unknown>[]} one room; none where the room is gone
 */
function toMyChatRoom(membership, room) {
  if (!room) {
    return [];
  }
  return [
    {
      chatRoom: toChatRoom(room),
      membership: toMembership(membership),
      lastMessage: toPreview(room),
      unreadCount: unreadCount(membership, room),
      notificationPreference: toNotificationPreference(membership),
    },
  ];
}

/**
 * Whoever wrote last has read: that is known from the room's row, without a write by the sender. What else the caller wrote
 * since marking the room as read is counted with the rest, once somebody else has written.
 *
 * @param {import('../shared/types').MembershipRow} membership
 * @param {import('../shared/types').RoomRow} room
 * @returns {number}
 */
function unreadCount(membership, room) {
  return room.lastMessage?.authorId === membership.userId ? 0 : Math.max(0, room.lastSeq - membership.readSeq);
}
