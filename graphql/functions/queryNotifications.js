/**
 * Reads a page of the caller's notifications, newest first, into `ctx.stash.rows`: all of them, or with
 * `ctx.stash.unreadOnly` the keys of the unread ones from their index. Reads one row more than the page to know whether
 * there is a next page. A page is far smaller than DynamoDB's limit of 1 MB.
 *
 * @authorizes SELF
 * @dataSource notifications
 * @access dynamodb:Query notifications
 * @access dynamodb:Query notifications.byUnread
 */
import { util } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';
import { callerId } from '../shared/identity';

/** @param {import('../shared/types').RequestContext<'queryNotifications'>} ctx */
export function request(ctx) {
  const { unreadOnly, beforeNotificationId: before, limit } = ctx.stash;
  const key = unreadOnly ? 'unreadId' : 'notificationId';
  const user = { ':user': callerId(ctx) };
  return {
    operation: 'Query',
    ...(unreadOnly ? { index: 'byUnread' } : {}),
    query: {
      expression: before ? `userId = :user AND ${key} < :before` : 'userId = :user',
      expressionValues: util.dynamodb.toMapValues(before ? { ...user, ':before': before } : user),
    },
    scanIndexForward: false,
    limit: limit + 1,
  };
}

/** @param {import('../shared/types').ResponseContext<'queryNotifications'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  const { limit } = ctx.stash;
  const rows = /** @type {import('../shared/types').NotificationRow[]} */ (ctx.result.items);
  ctx.stash.rows = rows.slice(0, limit);
  ctx.stash.hasMore = rows.length > limit;
}
