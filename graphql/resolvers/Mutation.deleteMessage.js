/**
 * Deletes a message and leaves a tombstone.
 *
 * @requires AUTHOR or MODERATOR
 * @pipeline readMemberAndRoom, eraseMessage, confirmErasure, eraseOthersMessage, readChangedMessage, refreshPreview, refreshPreview
 */
import { reasonLength } from '../../contract/limits.json';
import { fail } from '../shared/errors';
import { toMessage } from '../shared/message';
import { checkSelection, withCompleteness } from '../shared/selection';
import { optionalText, requiredMessageId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.deleteMessage'>} ctx */
export function request(ctx) {
  checkSelection(ctx, 'Message');
  const { roomId, seq } = requiredMessageId('id', ctx.args.id);
  ctx.stash.roomId = roomId;
  ctx.stash.seq = seq;
  ctx.stash.requiredRole = REQUIRED_ROLE;
  ctx.stash.reason = optionalText('reason', ctx.args.reason, reasonLength);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.deleteMessage'>} ctx */
export function response(ctx) {
  if (!ctx.stash.row.deletedAt) {
    fail('Conflict', 'The message was not deleted because it changed at the same time. Retry the request unchanged.');
  }
  return withCompleteness(ctx, toMessage(ctx.stash.row));
}
