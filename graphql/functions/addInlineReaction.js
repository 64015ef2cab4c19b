/**
 * Adds the caller's reaction to the set in the message, in one idempotent write. If the condition fails,
 * confirmReaction reads the reason. If the message has too many different emoji afterwards, revertInlineReaction
 * continues.
 *
 * @authorizes MEMBER
 * @dataSource messages
 * @access dynamodb:UpdateItem,dynamodb:GetItem messages
 */
import { util } from '@aws-appsync/utils';
import { inlineReactionsMaximum } from '../../contract/limits.json';
import { voidType } from '../../contract/names.json';
import { failIfClosedToReactions, hasPlaceFor } from '../shared/reactions';
import { inlineReactionRequest } from '../shared/reactionWrites';
import { noteRefusal } from '../shared/refusal';

/** @param {import('../shared/types').RequestContext<'addInlineReaction'>} ctx */
export function request(ctx) {
  failIfClosedToReactions(ctx);
  return {
    ...inlineReactionRequest(ctx, 'REACTION_ADDED'),
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
        ':id': ctx.stash.reactionId,
      }),
    },
  };
}

/** @param {import('../shared/types').ResponseContext<'addInlineReaction'>} ctx */
export function response(ctx) {
  if (noteRefusal(ctx)) {
    return;
  }
  const { emoji, reactionId } = ctx.stash;
  const row = /** @type {import('../shared/types').MessageRow} */ (ctx.result);
  const others = (row.reactions ?? []).filter((id) => id !== reactionId);
  ctx.stash.row = row;
  ctx.stash.mustRevertReaction = !hasPlaceFor({ ...row, reactions: others }, emoji);
}
