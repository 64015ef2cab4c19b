/**
 * Updates the caller's presence: when it changes, and as a heartbeat every minute. The room that the caller views is
 * notified, unless it is large: a room of n members would receive n times n events per minute.
 *
 * @requires SELF
 * @requires MEMBER if chatRoomId is given
 * @pipeline readOwnPresence, savePresence, buildPresenceEvent
 */
import { checkSelection, withCompleteness } from '../shared/selection';
import { requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.updatePresence'>} ctx */
export function request(ctx) {
  checkSelection(ctx, 'UserPresence');
  const { status, chatRoomId } = ctx.args;
  ctx.stash.status = status;
  ctx.stash.roomId = /** @type {string} */ (
    chatRoomId === null || chatRoomId === undefined ? null : requiredRoomId('chatRoomId', chatRoomId)
  );
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.updatePresence'>} ctx */
export function response(ctx) {
  return withCompleteness(ctx, ctx.stash.presence);
}
