/**
 * Makes the caller a member, unless the caller became one, or was banned, or lost the invitation, since it was looked
 * at. What was refused is raised by uncountMember, after confirmActivation has read that the member has to be taken back out
 * of the count. Where DynamoDB's answer was lost the caller may be a member, and stays counted.
 *
 * An UpdateItem, because a member who left and comes back stays muted. It leaves an id of its own: refused where it finds
 * that, it was done, and AppSync asked twice. Two calls in one millisecond would be alike without it.
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

/** @param {import('../shared/types').Context} ctx */
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

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  if (!noteRefusal(ctx)) {
    ctx.stash.membership = toMembership(ctx.result);
  }
}
