/**
 * Makes the caller an active member, unless the caller joined, was banned or lost the invitation since the membership
 * was read. If the condition fails, confirmActivation reads the membership, and uncountMember corrects the member count
 * and raises the error. If DynamoDB's response is lost, the caller may be a member and stays counted.
 *
 * An UpdateItem, so that a member who left and rejoins stays muted. It stores a unique id (`joinId`): a retry by
 * AppSync fails the condition, and the id shows that the first attempt succeeded.
 *
 * @dataSource memberships
 * @access dynamodb:UpdateItem,dynamodb:GetItem memberships
 */
import { runtime, util } from '@aws-appsync/utils';
import { correlation } from '../shared/correlation';
import { callerId } from '../shared/identity';
import { toMembership } from '../shared/membership';
import { noteRefusal } from '../shared/refusal';
import { unpublishedEventUpdate } from '../shared/unpublished';

/** @param {import('../shared/types').RequestContext<'activateMembership'>} ctx */
export function request(ctx) {
  if (ctx.stash.membership) {
    runtime.earlyReturn({});
  }
  const { roomId, displayName, joinedSeq, joinId } = ctx.stash;
  const { requestId } = correlation(ctx);
  const event = unpublishedEventUpdate(ctx, { kind: 'MEMBERSHIP' });
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId, userId: callerId(ctx) }),
    update: {
      expression:
        'SET displayName = :name, #role = :member, #state = :active, joinedAt = :now, joinedSeq = :seq, readSeq = :seq, ' +
        `joinId = :join${requestId ? ', requestId = :request' : ''}${event.andSet || event.clause}`,
      expressionNames: { '#role': 'role', '#state': 'state' },
      expressionValues: util.dynamodb.toMapValues({
        ':name': displayName,
        ':member': 'MEMBER',
        ':active': 'ACTIVE',
        ':now': util.time.nowISO8601(),
        ':seq': joinedSeq,
        ':join': joinId,
        ...(requestId ? { ':request': requestId } : {}),
        ...event.values,
      }),
    },
    condition: ctx.stash.isInvited
      ? {
          expression: '#before = :invited',
          expressionNames: { '#before': 'state' },
          expressionValues: util.dynamodb.toMapValues({ ':invited': 'INVITED' }),
        }
      : {
          expression: 'attribute_not_exists(roomId) OR NOT (#before IN (:joined, :banned))',
          expressionNames: { '#before': 'state' },
          expressionValues: util.dynamodb.toMapValues({ ':joined': 'ACTIVE', ':banned': 'BANNED' }),
        },
  };
}

/** @param {import('../shared/types').ResponseContext<'activateMembership'>} ctx */
export function response(ctx) {
  if (!noteRefusal(ctx)) {
    ctx.stash.membership = toMembership(ctx.result);
  }
}
