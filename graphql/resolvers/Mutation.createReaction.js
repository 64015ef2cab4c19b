/**
 * Reacts to a message.
 *
 * @requires MEMBER
 * @pipeline readMemberAndRoom, addReaction, confirmReaction, undoReaction, putReaction, readChangedMessage
 */
import { stashReaction, toOwnReaction } from '../shared/reactions';
import { checkSelection, withCompleteness } from '../shared/selection';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  checkSelection(ctx, 'Reaction');
  stashReaction(ctx);
  return {};
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  return withCompleteness(ctx, toOwnReaction(ctx));
}
