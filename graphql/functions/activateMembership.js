/**
 * Makes the caller a member, unless the caller became one, or was banned, or lost the invitation, since it was looked at. Whatever goes wrong
 * here is raised by uncountMember, after it has taken the member back out of the count.
 *
 * An UpdateItem, for two reasons: a member who left and comes back stays muted, and AppSync takes a PutItem that its
 * condition refused for done when the row is the same already (developer guide, "Handling a condition check failure"),
 * so that of two calls in one millisecond both would stay counted.
 *
 * @dataSource memberships
 * @access dynamodb:UpdateItem,dynamodb:GetItem memberships
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
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId, userId: callerId(ctx) }),
    update: {
      expression:
        'SET displayName = :name, #role = :member, #state = :active, joinedAt = :now, joinedSeq = :seq, readSeq = :seq',
      expressionNames: { '#role': 'role', '#state': 'state' },
      expressionValues: util.dynamodb.toMapValues({
        ':name': displayName,
        ':member': 'MEMBER',
        ':active': 'ACTIVE',
        ':now': util.time.nowISO8601(),
        ':seq': joinedSeq,
      }),
    },
    condition: ctx.stash.isInvited
      ? {
          expression: '#state = :invited',
          expressionNames: { '#state': 'state' },
          expressionValues: util.dynamodb.toMapValues({ ':invited': 'INVITED' }),
        }
      : {
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
