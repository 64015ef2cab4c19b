/**
 * Notifications and notification settings as the schema returns them.
 */
import { notificationFields, notificationPreferenceFields } from './fields';

/** @typedef {import('./types').MembershipRow} MembershipRow */
/** @typedef {import('./types').NotificationRow} NotificationRow */

/**
 * @param {NotificationRow} row
 * @returns {Record<string, unknown>} the row as the schema's Notification
 */
export function toNotification(row) {
  return notificationFields(row);
}

/**
 * @param {MembershipRow} row
 * @returns {Record<string, unknown>} the member's notification settings as the schema's NotificationPreference
 */
export function toNotificationPreference(row) {
  return notificationPreferenceFields(row);
}
