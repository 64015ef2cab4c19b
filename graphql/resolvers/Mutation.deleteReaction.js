/**
 * Removes the caller's reaction.
 *
 * @requires MEMBER
 * @pipeline readMemberAndRoom, removeInlineReaction, confirmReactionRemoval, removeReactionRow, readChangedMessage
 */
import { stashReaction, toOwnReaction } from '../shared/reactions';
import { checkSelection, withCompleteness } from '../shared/selection';

/** @param {import('../shared/types').RequestContext<'Mutation.deleteReaction'>} ctx */
export function request(ctx) {
  checkSelection(ctx, 'Reaction');
  stashReaction(ctx);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.deleteReaction'>} ctx */
export function response(ctx) {
  return withCompleteness(ctx, toOwnReaction(ctx));
}
