/**
 * Makes the caller a member, unless the caller became one, or was banned, since readJoiner looked. Whatever goes wrong
 * here is raised by uncountMember, after it has taken the member back out of the count.
 *
 * @dataSource memberships
 * @access dynamodb:PutItem,dynamodb:GetItem memberships
 */
import { runtime, util } from '@aws-appsync/utils';
import { isRefusedByCondition } from '../shared/errors';
import { callerId } from '../shared/identity';
import { toMembership } from '../shared/membership';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (ctx.stash.membership) {
    runtime.earlyReturn();
  }
  const { roomId, displayName, joinedSeq } = ctx.stash;
  return {
    operation: 'PutItem',
    key: util.dynamodb.toMapValues({ roomId, userId: callerId(ctx) }),
    attributeValues: util.dynamodb.toMapValues({
      displayName,
      role: 'MEMBER',
      state: 'ACTIVE',
      joinedAt: util.time.nowISO8601(),
      joinedSeq,
      readSeq: joinedSeq,
    }),
    condition: {
      expression: 'attribute_not_exists(roomId) OR NOT (#state IN (:active, :banned))',
      expressionNames: { '#state': 'state' },
      expressionValues: util.dynamodb.toMapValues({ ':active': 'ACTIVE', ':banned': 'BANNED' }),
    },
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  if (!ctx.error) {
    ctx.stash.membership = toMembership(ctx.result);
    return;
  }
  ctx.stash.failure = ctx.error;
  if (isRefusedByCondition(ctx.error)) {
    ctx.stash.existing = ctx.result;
  }
}
