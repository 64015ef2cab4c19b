/**
 * Removes the reaction that the message had no room for. Decided after the write, because only its response has all
 * reactions.
 *
 * @dataSource messages
 * @access dynamodb:UpdateItem messages
 */
import { runtime } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';
import { failTooManyEmoji } from '../shared/reactions';
import { inlineReactionRequest } from '../shared/reactionWrites';

/** @param {import('../shared/types').RequestContext<'revertInlineReaction'>} ctx */
export function request(ctx) {
  if (!ctx.stash.mustRevertReaction) {
    runtime.earlyReturn({});
  }
  return inlineReactionRequest(ctx, 'REACTION_REMOVED');
}

/** @param {import('../shared/types').ResponseContext<'revertInlineReaction'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  failTooManyEmoji();
}
