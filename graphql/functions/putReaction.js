/**
 * Adds the caller's reaction as a row of its own and counts it in the message, both or neither, where the set in the
 * message is full.
 *
 * @dataSource messages
 * @access dynamodb:UpdateItem messages
 * @access dynamodb:PutItem reactions
 */
import { runtime, util } from '@aws-appsync/utils';
import { tables } from '../shared/environment';
import { fail, failOn, isCancelled } from '../shared/errors';
import { admittedRoomId, authorName } from '../shared/membership';
import { countAttribute } from '../shared/reactionCounts';
import { leaveReaction, reactionsKey } from '../shared/reactions';

/** @param {import('../shared/types').Context<{ emoji: string }>} ctx */
export function request(ctx) {
  if (!ctx.stash.isOverflow) {
    runtime.earlyReturn({});
  }
  const { seq, emoji, reactionId } = ctx.stash;
  const event = leaveReaction(ctx, 'REACTION_ADDED');
  return {
    operation: 'TransactWriteItems',
    transactItems: [
      {
        table: tables.reactions,
        operation: 'PutItem',
        key: util.dynamodb.toMapValues({ messageId: reactionsKey(ctx), reactionId }),
        attributeValues: util.dynamodb.toMapValues({
          displayName: authorName(ctx),
          createdAt: util.time.nowISO8601(),
        }),
        condition: { expression: 'attribute_not_exists(messageId)', returnValuesOnConditionCheckFailure: false },
      },
      {
        table: tables.messages,
        operation: 'UpdateItem',
        key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx), seq }),
        update: {
          expression: `ADD overflowTotal :one, #count :one, changes :one${event.clause}`,
          expressionNames: { '#count': countAttribute(emoji) },
          expressionValues: util.dynamodb.toMapValues({ ':one': 1, ...event.values }),
        },
        condition: {
          expression:
            'attribute_exists(roomId) AND attribute_not_exists(deletedAt) AND NOT contains(reactions, :id)',
          expressionValues: util.dynamodb.toMapValues({ ':id': reactionId }),
          returnValuesOnConditionCheckFailure: false,
        },
      },
    ],
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  ctx.stash.isRowOutdated = true;
  if (isCancelled(ctx.error)) {
    const [row] = ctx.result?.cancellationReasons ?? [];
    if (row?.type !== 'ConditionalCheckFailed') {
      fail('Conflict', 'Others reacted at the same moment. Repeat the call unchanged.');
    }
  } else {
    failOn(ctx.error);
  }
}
