/**
 * Who is writing: an event and nothing else. It says itself when it is over, so that nobody seems to write for ever.
 */
import { util } from '@aws-appsync/utils';
import { callerId } from './identity';
import { idLikePattern } from './limits';
import { admittedRoomId, authorName } from './membership';

/**
 * @param {import('./types').Context} ctx
 * @param {number} seconds how long it holds
 * @returns {Record<string, unknown>} the admitted caller's TypingIndicator
 */
export function toTypingIndicator(ctx, seconds) {
  return {
    chatRoomId: admittedRoomId(ctx),
    userId: callerId(ctx),
    displayName: harmlessName(ctx),
    expiresAt: util.time.epochMilliSecondsToISO8601(util.time.nowEpochMilliSeconds() + seconds * 1000),
  };
}

/**
 * Of this event the name alone is of its sender's choice. Under the alias of another field a name that is an id would make
 * it the event of another room, or of another user: unless the selection surely has no alias, such a name is not told.
 *
 * @param {import('./types').Context} ctx `stash.hasOwnNames` as checkNames returned it
 * @returns {string}
 */
function harmlessName(ctx) {
  const name = authorName(ctx);
  return ctx.stash.hasOwnNames || !util.matches(idLikePattern, name) ? name : `user-${callerId(ctx).slice(0, 8)}`;
}
