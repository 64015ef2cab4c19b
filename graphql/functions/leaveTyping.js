/**
 * Makes the event that the caller is writing, or has stopped. Stores nothing, unless the selection was not complete: then it
 * leaves the event in the row of the room, for the stream.
 *
 * @dataSource rooms
 * @access dynamodb:UpdateItem,dynamodb:GetItem rooms
 */
import { typingSeconds } from '../../contract/limits.json';
import { toTypingIndicator } from '../shared/typing';
import { failOnUntold, leaveSignal } from '../shared/unpublished';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const { isWriting } = ctx.stash;
  const indicator = toTypingIndicator(ctx, isWriting ? typingSeconds : 0);
  ctx.stash.indicator = indicator;
  const { displayName, expiresAt } = indicator;
  return leaveSignal(ctx, { kind: isWriting ? 'TYPING_STARTED' : 'TYPING_STOPPED', displayName, expiresAt });
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOnUntold(ctx);
}
