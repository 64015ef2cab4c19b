/**
 * Notifies the room that the caller is typing.
 *
 * @requires MEMBER
 * @pipeline requireMembership, assertRoomVisible, buildTypingEvent
 */
import { assertTypingEnabled } from '../shared/loadShedding';
import { checkSelection, withCompleteness } from '../shared/selection';
import { requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.startTyping'>} ctx */
export function request(ctx) {
  assertTypingEnabled();
  checkSelection(ctx, 'TypingIndicator');
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  ctx.stash.isTyping = true;
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.startTyping'>} ctx */
export function response(ctx) {
  return withCompleteness(ctx, ctx.stash.indicator);
}
