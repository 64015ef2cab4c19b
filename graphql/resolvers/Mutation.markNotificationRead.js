/**
 * Marks one of the caller's notifications as read and removes it from the index of unread notifications. A
 * notification that is already read keeps its time.
 *
 * @requires SELF
 * @authorizes SELF
 * @dataSource notifications
 * @access dynamodb:UpdateItem,dynamodb:GetItem notifications
 */
import { util } from '@aws-appsync/utils';
import { fail, throwIfError, isRefusedByCondition } from '../shared/errors';
import { callerId } from '../shared/identity';
import { toNotification } from '../shared/notification';
import { requiredNotificationId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.markNotificationRead'>} ctx */
export function request(ctx) {
  const notificationId = requiredNotificationId('id', ctx.args.id);
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ userId: callerId(ctx), notificationId }),
    update: {
      expression: 'SET readAt = if_not_exists(readAt, :now) REMOVE unreadId',
      expressionValues: util.dynamodb.toMapValues({ ':now': util.time.nowISO8601() }),
    },
    condition: { expression: 'attribute_exists(userId)' },
  };
}

/** @param {import('../shared/types').ResponseContext<'Mutation.markNotificationRead'>} ctx */
export function response(ctx) {
  if (isRefusedByCondition(ctx.error)) {
    fail('NotFound', 'The notification does not exist or has expired: notifications are kept for 90 days. Check the id: myNotifications returns the ids.');
  }
  throwIfError(ctx.error);
  return toNotification(ctx.result);
}
