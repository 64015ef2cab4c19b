/**
 * Returns a user's presence. A user without a stored presence is OFFLINE; an unknown user is an error.
 *
 * @requires SIGNED_IN
 * @authorizes SIGNED_IN
 * @dataSource presence
 * @access dynamodb:BatchGetItem presence
 * @access dynamodb:BatchGetItem users
 */
import { util } from '@aws-appsync/utils';
import { tables } from '../shared/environment';
import { fail, throwIfError, throwIfUnprocessedKeys } from '../shared/errors';
import { callerId } from '../shared/identity';
import { toUserPresence } from '../shared/presence';
import { requiredUserId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Query.getUserPresence'>} ctx */
export function request(ctx) {
  callerId(ctx);
  const keys = [util.dynamodb.toMapValues({ userId: requiredUserId('id', ctx.args.id) })];
  return { operation: 'BatchGetItem', tables: { [tables.presence]: { keys }, [tables.users]: { keys } } };
}

/** @param {import('../shared/types').ResponseContext<'Query.getUserPresence'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  throwIfUnprocessedKeys(ctx.result);
  const presence = ctx.result.data[tables.presence][0];
  if (!presence && !ctx.result.data[tables.users][0]) {
    fail('NotFound', 'The user does not exist. Check the id.');
  }
  return toUserPresence(ctx.args.id, presence);
}
