/**
 * Notifies the room that the caller has stopped typing.
 *
 * @requires MEMBER
 * @pipeline requireMembership, assertRoomVisible, buildTypingEvent
 */
import { assertTypingEnabled } from '../shared/loadShedding';
import { checkSelection, withCompleteness } from '../shared/selection';
import { requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.stopTyping'>} ctx */
export function request(ctx) {
  assertTypingEnabled();
  checkSelection(ctx, 'TypingIndicator');
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  ctx.stash.isTyping = false;
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.stopTyping'>} ctx */
export function response(ctx) {
  return withCompleteness(ctx, ctx.stash.indicator);
}
