/**
 * Takes the caller's reaction out again that was one emoji too many. Judged after the fact, because only the answer of the
 * write tells for certain which others are there.
 *
 * @dataSource messages
 * @access dynamodb:UpdateItem messages
 */
import { runtime } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';
import { failTooManyEmoji } from '../shared/reactions';
import { inlineReactionRequest } from '../shared/reactionWrites';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (!ctx.stash.mustRevertReaction) {
    runtime.earlyReturn({});
  }
  return inlineReactionRequest(ctx, 'REACTION_REMOVED');
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  failTooManyEmoji();
}
