/**
 * Rooms as the schema shows them, and whether they are open for writing.
 */
import { fail } from './errors';

/** @typedef {import('./types').RoomRow} RoomRow */

/**
 * @param {RoomRow} row
 * @returns {Record<string, unknown>} the row as the schema's ChatRoom: without the last message, which is for members
 */
export function toChatRoom(row) {
  return {
    id: row.roomId,
    name: row.name,
    description: row.description,
    visibility: row.visibility,
    createdBy: row.createdBy,
    memberCount: row.memberCount,
    lastSeq: row.lastSeq,
    lastMessageAt: row.lastMessageAt,
    createdAt: row.createdAt,
  };
}

/**
 * Ends the operation when nothing can be written in the room at this moment.
 *
 * @param {RoomRow} room
 */
export function failIfClosed(room) {
  if (room.archivedAt) {
    fail('RoomFrozen', 'The room is archived: it can be read, but nothing can be sent any more.');
  }
  if (room.frozen) {
    fail('RoomFrozen', 'The room is frozen. Send again when a moderator has opened it.');
  }
}

/**
 * @param {RoomRow} row
 * @returns {Record<string, unknown> | null} the row's last message as the schema's MessagePreview
 */
export function toPreview(row) {
  return row.lastMessage ? { seq: row.lastSeq, ...row.lastMessage } : null;
}
