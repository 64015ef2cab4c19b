/**
 * Removes the caller's reaction from the set in the message, in one idempotent write. If it is not in the set,
 * confirmReactionRemoval continues.
 *
 * @authorizes MEMBER
 * @dataSource messages
 * @access dynamodb:UpdateItem,dynamodb:GetItem messages
 */
import { util } from '@aws-appsync/utils';
import { failIfClosedToReactions } from '../shared/reactions';
import { inlineReactionRequest } from '../shared/reactionWrites';
import { noteRefusal } from '../shared/refusal';

/** @param {import('../shared/types').RequestContext<'removeInlineReaction'>} ctx */
export function request(ctx) {
  failIfClosedToReactions(ctx);
  return {
    ...inlineReactionRequest(ctx, 'REACTION_REMOVED'),
    condition: {
      expression:
        'contains(reactions, :id) AND attribute_not_exists(deletedAt) ' +
        'AND (attribute_not_exists(expiresAt) OR expiresAt > :seconds)',
      expressionValues: util.dynamodb.toMapValues({
        ':id': ctx.stash.reactionId,
        ':seconds': util.time.nowEpochSeconds(),
      }),
    },
  };
}

/** @param {import('../shared/types').ResponseContext<'removeInlineReaction'>} ctx */
export function response(ctx) {
  if (!noteRefusal(ctx)) {
    ctx.stash.row = ctx.result;
  }
}
