/**
 * Marks the notifications of the stash as read in one transaction, and removes them from the index of unread
 * notifications. The condition prevents an expired notification from being created again.
 *
 * @dataSource notifications
 * @access dynamodb:UpdateItem notifications
 */
import { runtime, util } from '@aws-appsync/utils';
import { tables } from '../shared/environment';
import { fail, throwIfError } from '../shared/errors';

/** @param {import('../shared/types').RequestContext<'markNotifications'>} ctx */
export function request(ctx) {
  const rows = /** @type {import('../shared/types').NotificationRow[]} */ (ctx.stash.rows);
  if (rows.length === 0) {
    runtime.earlyReturn({});
  }
  const expressionValues = util.dynamodb.toMapValues({ ':now': util.time.nowISO8601() });
  return {
    operation: 'TransactWriteItems',
    transactItems: rows.map(({ userId, notificationId }) => ({
      table: tables.notifications,
      operation: 'UpdateItem',
      key: util.dynamodb.toMapValues({ userId, notificationId }),
      update: { expression: 'SET readAt = :now REMOVE unreadId', expressionValues },
      condition: { expression: 'attribute_exists(userId)', returnValuesOnConditionCheckFailure: false },
    })),
  };
}

/** @param {import('../shared/types').ResponseContext<'markNotifications'>} ctx */
export function response(ctx) {
  if (ctx.error?.type === 'DynamoDB:TransactionCanceledException') {
    fail('Conflict', 'A notification expired or was marked as read at the same time. Retry the request.');
  }
  throwIfError(ctx.error);
}
