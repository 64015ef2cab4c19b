/**
 * Takes the caller's reaction back.
 *
 * @pipeline readMemberAndRoom, removeReaction, confirmReactionGone, dropReaction, readChangedMessage
 */
import { stashReaction, toOwnReaction } from '../shared/reactions';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  stashReaction(ctx);
  return {};
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  return toOwnReaction(ctx);
}
