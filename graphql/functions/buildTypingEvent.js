/**
 * Builds the event for starting or stopping to type. Writes nothing unless the selection was incomplete: then it stores
 * the event in the room's row for the stream.
 *
 * @dataSource rooms
 * @access dynamodb:UpdateItem,dynamodb:GetItem rooms
 */
import { typingSeconds } from '../../contract/limits.json';
import { toTypingIndicator } from '../shared/typing';
import { throwIfNotStored, storeUnpublishedEvent } from '../shared/unpublished';

/** @param {import('../shared/types').RequestContext<'buildTypingEvent'>} ctx */
export function request(ctx) {
  const { isTyping } = ctx.stash;
  const indicator = toTypingIndicator(ctx, isTyping ? typingSeconds : 0);
  ctx.stash.indicator = indicator;
  const { displayName, expiresAt } = indicator;
  return storeUnpublishedEvent(ctx, { kind: isTyping ? 'TYPING_STARTED' : 'TYPING_STOPPED', displayName, expiresAt });
}

/** @param {import('../shared/types').ResponseContext<'buildTypingEvent'>} ctx */
export function response(ctx) {
  throwIfNotStored(ctx);
}
