/**
 * Says how the caller is present: when that changes, and as the heartbeat of every minute. The room that the caller looks
 * at hears of it, unless it is large: in a room of n members every minute would bring n times n events.
 *
 * @requires SELF
 * @requires MEMBER if chatRoomId is given
 * @pipeline readOwnPresence, savePresence, buildPresenceEvent
 */
import { checkSelection, withCompleteness } from '../shared/selection';
import { requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').ResolverContext<'Mutation.updatePresence'>} ctx */
export function request(ctx) {
  checkSelection(ctx, 'UserPresence');
  const { status, chatRoomId } = ctx.args;
  ctx.stash.status = status;
  ctx.stash.roomId = /** @type {string} */ (
    chatRoomId === null || chatRoomId === undefined ? null : requiredRoomId('chatRoomId', chatRoomId)
  );
  return {};
}

/** @param {import('../shared/types').ResolverContext<'Mutation.updatePresence'>} ctx */
export function response(ctx) {
  return withCompleteness(ctx, ctx.stash.presence);
}
