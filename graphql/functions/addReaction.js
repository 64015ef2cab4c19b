/**
 * Adds the caller's reaction to the set in the message: one write, and adding twice adds once. Where the set is full,
 * putReaction goes on; where the message has too many different emoji by that, undoReaction does.
 *
 * @dataSource messages
 * @access dynamodb:UpdateItem,dynamodb:GetItem messages
 */
import { util } from '@aws-appsync/utils';
import { failOn, isRefusedByCondition } from '../shared/errors';
import { inlineReactionsMaximum } from '../shared/limits';
import { admittedRoomId } from '../shared/membership';
import { voidType } from '../shared/message';
import { failIfClosedToReactions, failIfGone, failTooManyEmoji, hasPlaceFor } from '../shared/reactions';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const { seq, reactionId } = ctx.stash;
  const roomId = admittedRoomId(ctx);
  failIfClosedToReactions(ctx);
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId, seq }),
    update: {
      expression: 'ADD reactions :mine, changes :one',
      expressionValues: {
        ...util.dynamodb.toMapValues({ ':one': 1 }),
        ':mine': util.dynamodb.toStringSet([reactionId]),
      },
    },
    condition: {
      expression:
        'attribute_exists(roomId) AND #type <> :void AND attribute_not_exists(deletedAt) ' +
        'AND (attribute_not_exists(expiresAt) OR expiresAt > :seconds) ' +
        'AND (attribute_not_exists(overflowTotal) OR overflowTotal = :zero) ' +
        'AND (attribute_not_exists(reactions) OR (size(reactions) < :most AND NOT contains(reactions, :id)))',
      expressionNames: { '#type': 'type' },
      expressionValues: util.dynamodb.toMapValues({
        ':void': voidType,
        ':seconds': util.time.nowEpochSeconds(),
        ':zero': 0,
        ':most': inlineReactionsMaximum,
        ':id': reactionId,
      }),
    },
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  const { emoji, reactionId } = ctx.stash;
  const row = /** @type {import('../shared/types').MessageRow} */ (ctx.result);
  ctx.stash.row = row;
  if (!isRefusedByCondition(ctx.error)) {
    failOn(ctx.error);
    const others = (row.reactions ?? []).filter((id) => id !== reactionId);
    ctx.stash.isUndone = !hasPlaceFor({ ...row, reactions: others }, emoji);
    return;
  }
  failIfGone(row);
  if ((row.reactions ?? []).indexOf(reactionId) < 0) {
    if (!hasPlaceFor(row, emoji)) {
      failTooManyEmoji();
    }
    ctx.stash.isOverflow = true;
  }
}
