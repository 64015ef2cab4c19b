/**
 * Reads the unread notifications of which the index returned only the keys, in the order of the page. Notifications
 * that were deleted since are omitted.
 *
 * @dataSource notifications
 * @access dynamodb:BatchGetItem notifications
 */
import { runtime, util } from '@aws-appsync/utils';
import { tables } from '../shared/environment';
import { throwIfError, throwIfUnprocessedKeys } from '../shared/errors';
import { keyOf } from '../shared/maps';

/** @typedef {import('../shared/types').NotificationRow} NotificationRow */

/** @param {import('../shared/types').RequestContext<'readNotifications'>} ctx */
export function request(ctx) {
  const rows = /** @type {NotificationRow[]} */ (ctx.stash.rows);
  if (!ctx.stash.unreadOnly || rows.length === 0) {
    runtime.earlyReturn({});
  }
  return {
    operation: 'BatchGetItem',
    tables: {
      [tables.notifications]: {
        keys: rows.map(({ userId, notificationId }) => util.dynamodb.toMapValues({ userId, notificationId })),
      },
    },
  };
}

/** @param {import('../shared/types').ResponseContext<'readNotifications'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  throwIfUnprocessedKeys(ctx.result);
  /** @type {Record<string, NotificationRow>} */
  const found = {};
  for (const row of ctx.result.data[tables.notifications]) {
    if (row) {
      found[keyOf(row.notificationId)] = row;
    }
  }
  const keys = /** @type {NotificationRow[]} */ (ctx.stash.rows);
  ctx.stash.lastKey = keys[keys.length - 1]?.notificationId;
  ctx.stash.rows = keys.map(({ notificationId }) => found[keyOf(notificationId)]).filter((row) => row);
}
