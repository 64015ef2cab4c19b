/**
 * Notifications and what members want of them, as the schema shows them.
 */

/** @typedef {import('./types').MembershipRow} MembershipRow */
/** @typedef {import('./types').NotificationRow} NotificationRow */

/**
 * @param {NotificationRow} row
 * @returns {Record<string, unknown>} the row as the schema's Notification
 */
export function toNotification(row) {
  return {
    id: row.notificationId,
    userId: row.userId,
    type: row.type,
    chatRoomId: row.roomId,
    chatRoomName: row.chatRoomName,
    messageId: row.messageId,
    actorId: row.actorId,
    actorName: row.actorName,
    preview: row.preview,
    action: row.action,
    reason: row.reason,
    createdAt: row.createdAt,
    readAt: row.readAt,
  };
}

/**
 * @param {MembershipRow} row
 * @returns {Record<string, unknown>} the member's wishes as the schema's NotificationPreference
 */
export function toNotificationPreference(row) {
  return {
    chatRoomId: row.roomId,
    level: row.notificationLevel ?? 'ALL',
    mutedUntil: row.notificationsMutedUntil,
  };
}
