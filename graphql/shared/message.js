/**
 * Messages as the schema shows them.
 */
import { util } from '@aws-appsync/utils';
import { fail } from './errors';
import { countReactions } from './reactionCounts';

/** @typedef {import('./types').Context} Context */
/** @typedef {import('./types').MessageRow} MessageRow */

/** The type of the row that closes a sequence number without a message. */
export const voidType = 'VOID';

/** The type of what the backend says. */
export const systemType = 'SYSTEM';

/**
 * @param {string} roomId
 * @param {number} seq
 * @returns {string} the message's id; validation.js reads it back
 */
export function toMessageId(roomId, seq) {
  return `${roomId}:${seq}`;
}

/**
 * @param {MessageRow | null | undefined} row
 * @returns {row is MessageRow} whether there is a message to be shown: none where a number was closed, and none that has
 *   expired, which DynamoDB may keep for days more ("Using time to live", DynamoDB developer guide)
 */
export function isShown(row) {
  return !!row && row.type !== voidType && !isExpired(row);
}

/**
 * @authorizes
 * @param {MessageRow} row
 * @param {string} userId
 * @returns {boolean} whether the user wrote it; what the backend says of the user is not the user's
 */
export function isWrittenBy(row, userId) {
  return row.authorId === userId && row.type !== systemType;
}

/**
 * @param {{ expiresAt?: number }} row
 * @returns {boolean}
 */
export function isExpired(row) {
  return !!row.expiresAt && row.expiresAt <= util.time.nowEpochSeconds();
}

/**
 * @returns {never}
 */
export function failUnknownMessage() {
  fail('NotFound', 'There is no such message, or it has expired. Check the id: messagesByRoom gives the ids of messages.');
}

/**
 * @param {MessageRow} row
 * @returns {Record<string, unknown>} the row as the schema's Message
 */
export function toMessage(row) {
  return {
    id: toMessageId(row.roomId, row.seq),
    chatRoomId: row.roomId,
    seq: row.seq,
    type: row.type,
    content: row.content,
    authorId: row.authorId,
    authorName: row.authorName,
    clientMessageId: row.clientMessageId,
    createdAt: row.createdAt,
    // Attributes of messages that nothing has happened to are left out: a page of them is read by its bytes.
    version: row.version ?? 1,
    revision: 1 + (row.changes ?? 0),
    editedAt: row.editedAt,
    deletedAt: row.deletedAt,
    deletedBy: row.deletedBy,
    replyToId: row.replyToId,
    threadId: row.threadId,
    replyCount: row.replyCount ?? 0,
    lastReplySeq: row.lastReplySeq,
    lastReplyAt: row.lastReplyAt,
    mentions: row.mentions ?? [],
    mentionsRoom: row.mentionsRoom ?? false,
    attachments: row.attachments ?? [],
    flagged: row.flagged ?? false,
    systemEvent: row.systemEvent,
    reactions: countReactions(row),
  };
}

/**
 * @param {MessageRow} row of the message that a thread starts from, after a reply was counted in it
 * @returns {Record<string, unknown>} the row as the schema's ThreadRoot
 */
export function toThreadRoot(row) {
  return {
    id: toMessageId(row.roomId, row.seq),
    seq: row.seq,
    revision: 1 + (row.changes ?? 0),
    replyCount: row.replyCount ?? 0,
    lastReplySeq: row.lastReplySeq,
    lastReplyAt: row.lastReplyAt,
  };
}
