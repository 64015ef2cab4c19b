/**
 * Deletes the row of the caller's reaction and takes it out of the message's count, both or neither.
 *
 * @dataSource messages
 * @access dynamodb:UpdateItem messages
 * @access dynamodb:DeleteItem reactions
 */
import { runtime, util } from '@aws-appsync/utils';
import { tables } from '../shared/environment';
import { fail, failOn, isCancelled } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { countAttribute } from '../shared/reactionCounts';
import { leaveReaction, reactionsKey } from '../shared/reactions';

/** @param {import('../shared/types').Context<{ emoji: string }>} ctx */
export function request(ctx) {
  if (!ctx.stash.isOverflow) {
    runtime.earlyReturn({});
  }
  const { seq, emoji, reactionId } = ctx.stash;
  const event = leaveReaction(ctx, 'REACTION_REMOVED');
  return {
    operation: 'TransactWriteItems',
    transactItems: [
      {
        table: tables.reactions,
        operation: 'DeleteItem',
        key: util.dynamodb.toMapValues({ messageId: reactionsKey(ctx), reactionId }),
        condition: { expression: 'attribute_exists(messageId)', returnValuesOnConditionCheckFailure: false },
      },
      {
        table: tables.messages,
        operation: 'UpdateItem',
        key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx), seq }),
        update: {
          expression: `ADD overflowTotal :minusOne, #count :minusOne, changes :one${event.clause}`,
          expressionNames: { '#count': countAttribute(emoji) },
          expressionValues: util.dynamodb.toMapValues({ ':one': 1, ':minusOne': -1, ...event.values }),
        },
        condition: {
          expression: 'attribute_exists(roomId) AND attribute_not_exists(deletedAt)',
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
