/**
 * Tells the room that the caller has stopped writing.
 *
 * @pipeline requireMembership, refuseStranger
 */
import { failIfTypingIsShed } from '../shared/load';
import { checkNames } from '../shared/selection';
import { toTypingIndicator } from '../shared/typing';
import { requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  failIfTypingIsShed();
  ctx.stash.hasOwnNames = checkNames(ctx);
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  return {};
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  return toTypingIndicator(ctx, 0);
}
