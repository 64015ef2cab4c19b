/**
 * Edits the caller's own message.
 *
 * @pipeline readMemberAndRoom, editMessage, refreshPreview
 */
import { contentLength } from '../shared/limits';
import { toMessage } from '../shared/message';
import { optionalSequence, requiredMessageId, requiredText } from '../shared/validation';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const { input } = ctx.args;
  const { roomId, seq } = requiredMessageId('input.id', input.id);
  ctx.stash.roomId = roomId;
  ctx.stash.seq = seq;
  ctx.stash.content = requiredText('input.content', input.content, contentLength);
  ctx.stash.expectedVersion = optionalSequence('input.expectedVersion', input.expectedVersion, 1);
  return {};
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  return toMessage(ctx.stash.row);
}
