/**
 * Adds the caller's reaction to a message.
 *
 * @requires MEMBER
 * @pipeline readMemberAndRoom, addInlineReaction, confirmReaction, revertInlineReaction, addReactionRow, readChangedMessage
 */
import { stashReaction, toOwnReaction } from '../shared/reactions';
import { checkSelection, withCompleteness } from '../shared/selection';

/** @param {import('../shared/types').RequestContext<'Mutation.createReaction'>} ctx */
export function request(ctx) {
  checkSelection(ctx, 'Reaction');
  stashReaction(ctx);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.createReaction'>} ctx */
export function response(ctx) {
  return withCompleteness(ctx, toOwnReaction(ctx));
}
