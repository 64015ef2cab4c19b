/**
 * Reads the membership and the profile of the user that the moderation action is about, the membership with strong
 * consistency, and plans the change or ends the operation.
 *
 * @authorizes REQUIRED_ROLE
 * @dataSource memberships
 * @access dynamodb:BatchGetItem memberships
 * @access dynamodb:BatchGetItem users
 */
import { util } from '@aws-appsync/utils';
import { activeProfile } from '../shared/account';
import { requireRole } from '../shared/authority';
import { tables } from '../shared/environment';
import { throwIfError, throwIfUnprocessedKeys } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { planMembershipChange } from '../shared/membershipChange';

/** @param {import('../shared/types').RequestContext<'readTarget'>} ctx */
export function request(ctx) {
  requireRole(ctx);
  const roomId = admittedRoomId(ctx);
  const { userId } = ctx.stash.loggedAction;
  return {
    operation: 'BatchGetItem',
    tables: {
      [tables.memberships]: { keys: [util.dynamodb.toMapValues({ roomId, userId })], consistentRead: true },
      [tables.users]: { keys: [util.dynamodb.toMapValues({ userId })] },
    },
  };
}

/** @param {import('../shared/types').ResponseContext<'readTarget'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  throwIfUnprocessedKeys(ctx.result);
  planMembershipChange(ctx, ctx.result.data[tables.memberships][0] ?? null, activeProfile(ctx.result.data[tables.users][0]));
}
