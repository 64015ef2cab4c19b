/**
 * Returns a page of the caller's notifications, newest first.
 *
 * @requires SELF
 * @pipeline queryNotifications, readNotifications
 */
import { notificationIdFromCursor, toCursor } from '../shared/cursor';
import { callerId } from '../shared/identity';
import { toNotification } from '../shared/notification';
import { pageLimit } from '../shared/validation';

/** @typedef {import('../shared/types').NotificationRow} NotificationRow */

/** @param {import('../shared/types').RequestContext<'Query.myNotifications'>} ctx */
export function request(ctx) {
  callerId(ctx);
  const { limit, nextToken, unreadOnly } = ctx.args;
  ctx.stash.limit = pageLimit(limit);
  ctx.stash.unreadOnly = unreadOnly ?? false;
  ctx.stash.beforeNotificationId = notificationIdFromCursor('notifications', nextToken);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Query.myNotifications'>} ctx */
export function response(ctx) {
  const rows = /** @type {NotificationRow[]} */ (ctx.stash.rows);
  const position = ctx.stash.lastKey ?? rows[rows.length - 1]?.notificationId;
  return {
    items: rows.map((row) => toNotification(row)),
    nextToken: ctx.stash.hasMore && position ? toCursor('notifications', position) : null,
  };
}
