/**
 * Rooms as the schema shows them.
 */

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
 * @param {RoomRow} row
 * @returns {Record<string, unknown> | null} the row's last message as the schema's MessagePreview
 */
export function toPreview(row) {
  return row.lastMessage ? { seq: row.lastSeq, ...row.lastMessage } : null;
}
