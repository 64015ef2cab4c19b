/**
 * Marks the caller's newest unread notifications as read, 25 per call.
 *
 * @requires SELF
 * @pipeline queryNotifications, markNotifications
 */
import { markedAtOnce } from '../../contract/limits.json';
import { callerId } from '../shared/identity';

/** @param {import('../shared/types').RequestContext<'Mutation.markAllNotificationsRead'>} ctx */
export function request(ctx) {
  callerId(ctx);
  ctx.stash.unreadOnly = true;
  ctx.stash.beforeNotificationId = null;
  ctx.stash.limit = markedAtOnce;
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.markAllNotificationsRead'>} ctx */
export function response(ctx) {
  return { markedCount: ctx.stash.rows.length, hasMore: ctx.stash.hasMore };
}
