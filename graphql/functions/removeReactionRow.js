/**
 * Deletes the row of the caller's reaction and decrements the message's count, in one transaction.
 *
 * @dataSource messages
 * @access dynamodb:UpdateItem messages
 * @access dynamodb:DeleteItem reactions
 */
import { runtime } from '@aws-appsync/utils';
import { finishReactionRow, reactionRowRequest } from '../shared/reactionWrites';

/** @param {import('../shared/types').RequestContext<'removeReactionRow'>} ctx */
export function request(ctx) {
  if (!ctx.stash.isOverflow) {
    runtime.earlyReturn({});
  }
  return reactionRowRequest(ctx, 'REACTION_REMOVED');
}

/** @param {import('../shared/types').ResponseContext<'removeReactionRow'>} ctx */
export function response(ctx) {
  finishReactionRow(ctx);
}
