/**
 * Reads the membership that the act of the stash is about, strongly consistently, and the user's profile; then plans the
 * act, or ends the operation.
 *
 * @authorizes REQUIRED_ROLE
 * @dataSource memberships
 * @access dynamodb:BatchGetItem memberships
 * @access dynamodb:BatchGetItem users
 */
import { util } from '@aws-appsync/utils';
import { livingProfile } from '../shared/account';
import { requireRole } from '../shared/authority';
import { tables } from '../shared/environment';
import { failOn, failOnUnprocessedKeys } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { planAct } from '../shared/target';

/** @param {import('../shared/types').Context<{ act: import('../shared/types').ActOnUser }>} ctx */
export function request(ctx) {
  requireRole(ctx);
  const roomId = admittedRoomId(ctx);
  const { userId } = ctx.stash.act;
  return {
    operation: 'BatchGetItem',
    tables: {
      [tables.memberships]: { keys: [util.dynamodb.toMapValues({ roomId, userId })], consistentRead: true },
      [tables.users]: { keys: [util.dynamodb.toMapValues({ userId })] },
    },
  };
}

/** @param {import('../shared/types').Context<{ act: import('../shared/types').ActOnUser }>} ctx */
export function response(ctx) {
  failOn(ctx.error);
  failOnUnprocessedKeys(ctx.result);
  planAct(ctx, ctx.result.data[tables.memberships][0] ?? null, livingProfile(ctx.result.data[tables.users][0]));
}
