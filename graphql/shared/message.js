/**
 * Messages as the schema shows them.
 */

/** @typedef {import('./types').MessageRow} MessageRow */

/** The type of the row that closes a sequence number without a message. */
export const voidType = 'VOID';

/**
 * @param {MessageRow} row
 * @returns {Record<string, unknown>} the row as the schema's Message
 */
export function toMessage(row) {
  return {
    id: `${row.roomId}:${row.seq}`,
    chatRoomId: row.roomId,
    seq: row.seq,
    type: row.type,
    content: row.content,
    authorId: row.authorId,
    authorName: row.authorName,
    clientMessageId: row.clientMessageId,
    createdAt: row.createdAt,
  };
}
