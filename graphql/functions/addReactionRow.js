/**
 * Adds the caller's reaction as a separate row and counts it in the message, in one transaction. Runs only if the set
 * in the message is full.
 *
 * @dataSource messages
 * @access dynamodb:UpdateItem messages
 * @access dynamodb:PutItem reactions
 */
import { runtime } from '@aws-appsync/utils';
import { finishReactionRow, reactionRowRequest } from '../shared/reactionWrites';

/** @param {import('../shared/types').RequestContext<'addReactionRow'>} ctx */
export function request(ctx) {
  if (!ctx.stash.isOverflow) {
    runtime.earlyReturn({});
  }
  return reactionRowRequest(ctx, 'REACTION_ADDED');
}

/** @param {import('../shared/types').ResponseContext<'addReactionRow'>} ctx */
export function response(ctx) {
  finishReactionRow(ctx);
}
