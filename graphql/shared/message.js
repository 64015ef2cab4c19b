/**
 * Messages as the schema returns them.
 */
import { util } from '@aws-appsync/utils';
import { systemType, voidType } from '../../contract/names.json';
import { fail } from './errors';
import { messageFields } from './fields';
import { countReactions } from './reactionCounts';

/** @typedef {import('./types').MessageRow} MessageRow */

/**
 * @param {string} roomId
 * @param {number} seq
 * @returns {string} the message's id; validation.js parses it
 */
export function toMessageId(roomId, seq) {
  return `${roomId}:${seq}`;
}

/**
 * @param {MessageRow | null | undefined} row
 * @returns {row is MessageRow} whether the row is a message to show: not a closed number, and not an expired message,
 *   which DynamoDB may keep for days ("Using time to live", DynamoDB developer guide)
 */
export function isVisible(row) {
  return !!row && row.type !== voidType && !isExpired(row);
}

/**
 * @authorizes
 * @param {MessageRow} row
 * @param {string} userId
 * @returns {boolean} whether the user wrote it; system messages about the user do not count
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
  fail('NotFound', 'The message does not exist or has expired. Check the id: messagesByRoom returns the ids of messages.');
}

/**
 * @param {MessageRow} row
 * @returns {Record<string, unknown>} the row as the schema's Message
 */
export function toMessage(row) {
  return {
    id: toMessageId(row.roomId, row.seq),
    ...messageFields(row),
    revision: 1 + (row.changes ?? 0),
    reactions: countReactions(row),
  };
}

/**
 * @param {MessageRow} row the first message of a thread, after a reply was counted in it
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
