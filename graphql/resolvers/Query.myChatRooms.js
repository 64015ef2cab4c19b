/**
 * Returns a page of the caller's rooms, with the last message and the number of unread messages, which require no
 * write per member.
 *
 * @requires SELF
 * @pipeline queryMyMemberships, queryMyMemberships, readRooms
 */
import { toMembership } from '../shared/membership';
import { myRoomsPage, stashMyMemberships } from '../shared/myRooms';
import { toNotificationPreference } from '../shared/notification';
import { toChatRoom, toPreview } from '../shared/room';

/** @param {import('../shared/types').RequestContext<'Query.myChatRooms'>} ctx */
export function request(ctx) {
  stashMyMemberships(ctx, 'ACTIVE');
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Query.myChatRooms'>} ctx */
export function response(ctx) {
  const { entries, nextToken } = myRoomsPage(ctx);
  const items = entries.map(({ membership, room }) => ({
    chatRoom: toChatRoom(room),
    membership: toMembership(membership),
    lastMessage: toPreview(room),
    unreadCount: unreadCount(membership, room),
    notificationPreference: toNotificationPreference(membership),
  }));
  return { items, nextToken };
}

/**
 * The author of the last message has read it: the room's row shows this without a write by the sender. Other messages
 * that the caller sent since marking the room as read are counted after another user sends a message.
 *
 * @param {import('../shared/types').MembershipRow} membership
 * @param {import('../shared/types').RoomRow} room
 * @returns {number}
 */
function unreadCount(membership, room) {
  return room.lastMessage?.authorId === membership.userId ? 0 : Math.max(0, room.lastSeq - membership.readSeq);
}
