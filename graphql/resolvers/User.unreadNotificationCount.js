/**
 * Returns the number of the caller's unread notifications, up to 100, from the index of unread notifications. Runs
 * only if the field is selected. Only `me` returns a User, which is the caller.
 *
 * @requires SELF
 * @authorizes SELF
 * @dataSource notifications
 * @access dynamodb:Query notifications.byUnread
 */
import { util } from '@aws-appsync/utils';
import { countedNotifications } from '../../contract/limits.json';
import { throwIfError } from '../shared/errors';
import { callerId } from '../shared/identity';

/** @param {import('../shared/types').RequestContext<'User.unreadNotificationCount'>} ctx */
export function request(ctx) {
  return {
    operation: 'Query',
    index: 'byUnread',
    query: {
      expression: 'userId = :user',
      expressionValues: util.dynamodb.toMapValues({ ':user': callerId(ctx) }),
    },
    limit: countedNotifications,
  };
}

/** @param {import('../shared/types').ResponseContext<'User.unreadNotificationCount'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  return ctx.result.items.length;
}
