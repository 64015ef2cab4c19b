/**
 * First step of joining: reads the caller's profile and existing membership. Eventually consistent, to save capacity:
 * confirmMembership repeats reads that would end the operation.
 *
 * @authorizes SIGNED_IN
 * @dataSource memberships
 * @access dynamodb:BatchGetItem memberships
 * @access dynamodb:BatchGetItem users
 */
import { util } from '@aws-appsync/utils';
import { assertAccountActive } from '../shared/account';
import { tables } from '../shared/environment';
import { throwIfError, throwIfUnprocessedKeys } from '../shared/errors';
import { callerId, callerName } from '../shared/identity';

/** @param {import('../shared/types').RequestContext<'loadJoiner'>} ctx */
export function request(ctx) {
  const userId = callerId(ctx);
  return {
    operation: 'BatchGetItem',
    tables: {
      [tables.memberships]: { keys: [util.dynamodb.toMapValues({ roomId: ctx.stash.roomId, userId })] },
      [tables.users]: { keys: [util.dynamodb.toMapValues({ userId })] },
    },
  };
}

/** @param {import('../shared/types').ResponseContext<'loadJoiner'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  throwIfUnprocessedKeys(ctx.result);
  const profile = ctx.result.data[tables.users][0];
  assertAccountActive(profile);
  ctx.stash.displayName = profile?.displayName ?? callerName(ctx);
  const state = ctx.result.data[tables.memberships][0]?.state;
  ctx.stash.isInvited = state === 'INVITED';
  ctx.stash.needsConsistentRead = state === 'ACTIVE' || state === 'BANNED';
}
