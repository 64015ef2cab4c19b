/**
 * Edits the caller's own message.
 *
 * @requires AUTHOR
 * @requires MODERATOR if input.mentionsRoom is true
 * @authorizes
 * @pipeline readMemberAndRoom, readReferences, editMessage, confirmEdit, refreshPreview, refreshPreview
 */
import { contentLength, mentionsMaximum } from '../../contract/limits.json';
import { toMessage } from '../shared/message';
import { checkSelection, withCompleteness } from '../shared/selection';
import { optionalSequence, requiredMessageId, requiredText, uniqueUserIds } from '../shared/validation';
import { hasFilteredWord } from '../shared/wordFilter';

/** @param {import('../shared/types').RequestContext<'Mutation.updateMessage'>} ctx */
export function request(ctx) {
  checkSelection(ctx, 'Message');
  const { input } = ctx.args;
  const { roomId, seq } = requiredMessageId('input.id', input.id);
  ctx.stash.roomId = roomId;
  ctx.stash.seq = seq;
  ctx.stash.content = requiredText('input.content', input.content, contentLength);
  ctx.stash.isFlagged = hasFilteredWord(ctx.stash.content);
  // Values that are not given remain unchanged.
  ctx.stash.mentions = input.mentions ? uniqueUserIds('input.mentions', input.mentions, mentionsMaximum) : null;
  ctx.stash.mentionsRoom = input.mentionsRoom ?? null;
  ctx.stash.requiredRole = CONDITIONAL_ROLE;
  ctx.stash.expectedVersion = optionalSequence('input.expectedVersion', input.expectedVersion, 1);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.updateMessage'>} ctx */
export function response(ctx) {
  return withCompleteness(ctx, toMessage(ctx.stash.row));
}
