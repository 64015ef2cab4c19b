/**
 * Makes the event that the caller is writing, or has stopped. Stores nothing, unless the selection was not complete: then it
 * leaves the event in the row of the room, for the stream.
 *
 * @dataSource rooms
 * @access dynamodb:UpdateItem,dynamodb:GetItem rooms
 */
import { typingSeconds } from '../../contract/limits.json';
import { toTypingIndicator } from '../shared/typing';
import { throwIfNotStored, storeUnpublishedEvent } from '../shared/unpublished';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const { isTyping } = ctx.stash;
  const indicator = toTypingIndicator(ctx, isTyping ? typingSeconds : 0);
  ctx.stash.indicator = indicator;
  const { displayName, expiresAt } = indicator;
  return storeUnpublishedEvent(ctx, { kind: isTyping ? 'TYPING_STARTED' : 'TYPING_STOPPED', displayName, expiresAt });
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  throwIfNotStored(ctx);
}
