/**
 * Tells the room that the caller has stopped writing.
 *
 * @requires MEMBER
 * @pipeline requireMembership, refuseStranger, leaveTyping
 */
import { failIfTypingIsShed } from '../shared/load';
import { checkSelection, withCompleteness } from '../shared/selection';
import { requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  failIfTypingIsShed();
  checkSelection(ctx, 'TypingIndicator');
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  ctx.stash.isWriting = false;
  return {};
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  return withCompleteness(ctx, ctx.stash.indicator);
}
