/**
 * Rooms as the schema returns them, and whether they accept changes.
 */
import { util } from '@aws-appsync/utils';
import { directRoomPrefix } from '../../contract/names.json';
import { settings } from './environment';
import { fail } from './errors';
import { chatRoomFields } from './fields';

export const daySeconds = 24 * 3600;

/** @typedef {import('./types').RoomRow} RoomRow */

/**
 * @param {string[]} userIds the two users, sorted
 * @returns {string} the id of their direct room
 */
export function directRoomId(userIds) {
  return `${directRoomPrefix}${userIds.join(':')}`;
}

/**
 * @param {string} roomId
 * @returns {boolean}
 */
export function isDirect(roomId) {
  return roomId.startsWith(directRoomPrefix);
}

/**
 * Ends the operation if the room is a direct room.
 *
 * @param {string} roomId
 */
export function assertNotDirect(roomId) {
  if (isDirect(roomId)) {
    fail('ValidationError', 'This operation is not available for direct rooms, which always have the same two members and no owner.');
  }
}

/**
 * @returns {never}
 */
export function failArchived() {
  fail('RoomFrozen', 'The room is archived and cannot be changed.');
}

/**
 * @param {{ retentionDays?: number }} row
 * @returns {number} the number of days after which the room's messages expire: the smaller of the room's and the
 *   environment's setting; 0 if they do not expire
 */
export function retentionDays(row) {
  const [own, everywhere] = [row.retentionDays ?? 0, settings.retentionDays];
  return own && everywhere ? Math.min(own, everywhere) : own || everywhere;
}

/**
 * @param {RoomRow} row
 * @returns {Record<string, unknown>} the row as the schema's ChatRoom, without the last message, which only members see
 */
export function toChatRoom(row) {
  return { ...chatRoomFields(row), retentionDays: retentionDays(row) || undefined };
}

/**
 * Ends the operation if the room is archived or frozen.
 *
 * @param {import('./types').RoomRules} room
 */
export function failIfClosed(room) {
  if (room.archivedAt) {
    fail('RoomFrozen', 'The room is archived. You can read its messages, but not send new ones.');
  }
  if (room.frozen) {
    fail('RoomFrozen', 'The room is frozen. Send again after a moderator unfreezes it.');
  }
}

/**
 * @param {RoomRow | null | undefined} row
 * @returns {import('./types').RoomRules | null} the room's settings that apply to senders; null if there is no room
 */
export function toRules(row) {
  if (!row) {
    return null;
  }
  const { archivedAt, frozen, slowModeSeconds, historyVisibility } = row;
  return { archivedAt, frozen, slowModeSeconds, historyVisibility };
}

/**
 * @param {RoomRow} row
 * @returns {Record<string, unknown> | null} the row's last message as the schema's MessagePreview
 */
export function toPreview(row) {
  if (!row.lastMessage) {
    return null;
  }
  const sentAt = util.time.parseISO8601ToEpochMilliSeconds(row.lastMessage.createdAt);
  const livesUntil = sentAt + (retentionDays(row) || Infinity) * daySeconds * 1000;
  const isGone = livesUntil <= util.time.nowEpochMilliSeconds();
  return { seq: row.lastSeq, ...row.lastMessage, ...(isGone ? { content: null } : {}) };
}
