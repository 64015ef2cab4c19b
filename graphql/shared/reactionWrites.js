/**
 * The writes of reactions: to the set inside the message, and to a row of the table `reactions` with its count in the
 * message. See reactions.js for which of the two holds a reaction.
 */
import { util } from '@aws-appsync/utils';
import { tables } from './environment';
import { fail, throwIfError, isCancelled } from './errors';
import { admittedRoomId, authorName } from './membership';
import { countAttribute } from './reactionCounts';
import { unpublishedReactionUpdate, reactionsKey } from './reactions';

/** @typedef {'REACTION_ADDED' | 'REACTION_REMOVED'} ReactionChange */

/**
 * @param {import('./types').Context<'seq' | 'reactionId' | 'isDelivered', 'admission'>} ctx
 * @param {ReactionChange} kind
 * @returns {any} the update of the message that adds the caller's reaction to the set, or removes it from there
 */
export function inlineReactionRequest(ctx, kind) {
  const event = unpublishedReactionUpdate(ctx, kind);
  const change = kind === 'REACTION_ADDED' ? 'ADD reactions :mine, changes :one' : 'DELETE reactions :mine ADD changes :one';
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx), seq: ctx.stash.seq }),
    update: {
      expression: `${change}${event.clause}`,
      expressionValues: {
        ...util.dynamodb.toMapValues({ ':one': 1, ...event.values }),
        ':mine': util.dynamodb.toStringSet([ctx.stash.reactionId]),
      },
    },
  };
}

/**
 * @param {import('./types').Context<'seq' | 'reactionId' | 'isDelivered' | { emoji: string }, 'admission'>} ctx
 * @param {ReactionChange} kind
 * @returns {any} the transaction that writes or deletes the row of the caller's reaction and counts it in the message
 */
export function reactionRowRequest(ctx, kind) {
  const { seq, emoji, reactionId } = ctx.stash;
  const isAdded = kind === 'REACTION_ADDED';
  const event = unpublishedReactionUpdate(ctx, kind);
  const row = isAdded
    ? {
        operation: 'PutItem',
        attributeValues: util.dynamodb.toMapValues({ displayName: authorName(ctx), createdAt: util.time.nowISO8601() }),
      }
    : { operation: 'DeleteItem' };
  return {
    operation: 'TransactWriteItems',
    transactItems: [
      {
        table: tables.reactions,
        ...row,
        key: util.dynamodb.toMapValues({ messageId: reactionsKey(ctx), reactionId }),
        condition: {
          expression: `${isAdded ? 'attribute_not_exists' : 'attribute_exists'}(messageId)`,
          returnValuesOnConditionCheckFailure: false,
        },
      },
      {
        table: tables.messages,
        operation: 'UpdateItem',
        key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx), seq }),
        update: {
          expression: `ADD overflowTotal :difference, #count :difference, changes :one${event.clause}`,
          expressionNames: { '#count': countAttribute(emoji) },
          expressionValues: util.dynamodb.toMapValues({ ':one': 1, ':difference': isAdded ? 1 : -1, ...event.values }),
        },
        condition: {
          expression: `attribute_exists(roomId) AND attribute_not_exists(deletedAt)${isAdded ? ' AND NOT contains(reactions, :id)' : ''}`,
          ...(isAdded ? { expressionValues: util.dynamodb.toMapValues({ ':id': reactionId }) } : {}),
          returnValuesOnConditionCheckFailure: false,
        },
      },
    ],
  };
}

/**
 * Ends the operation if the transaction failed, unless the row was already in the wanted state.
 *
 * @param {import('./types').Context<never, 'isRowOutdated'>} ctx after reactionRowRequest
 */
export function finishReactionRow(ctx) {
  ctx.stash.isRowOutdated = true;
  if (!isCancelled(ctx.error)) {
    throwIfError(ctx.error);
    return;
  }
  const [row] = ctx.result?.cancellationReasons ?? [];
  if (row?.type !== 'ConditionalCheckFailed') {
    fail('Conflict', 'Another user reacted at the same time. Retry the request unchanged.');
  }
}
