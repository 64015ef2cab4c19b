/**
 * Reads the message if the condition of eraseMessage failed. Returns a tombstone as it is, and leaves another user's
 * message to eraseOthersMessage if the caller is a moderator. Costs nothing if the message was deleted.
 *
 * @authorizes AUTHOR, REQUIRED_ROLE
 * @dataSource messages
 * @access dynamodb:GetItem messages
 */
import { hasRequiredRole } from '../shared/authority';
import { fail } from '../shared/errors';
import { callerId } from '../shared/identity';
import { admittedRoomId } from '../shared/membership';
import { failUnknownMessage, isVisible, isWrittenBy } from '../shared/message';
import { readRefused, refusedRow } from '../shared/refusal';

/** @param {import('../shared/types').RequestContext<'confirmErasure'>} ctx */
export function request(ctx) {
  return readRefused(ctx, { roomId: admittedRoomId(ctx), seq: ctx.stash.seq });
}

/** @param {import('../shared/types').ResponseContext<'confirmErasure'>} ctx */
export function response(ctx) {
  const row = /** @type {import('../shared/types').MessageRow | null} */ (refusedRow(ctx));
  if (!isVisible(row)) {
    failUnknownMessage();
  }
  const isOwn = isWrittenBy(row, callerId(ctx));
  if (!isOwn && !hasRequiredRole(ctx)) {
    fail('Forbidden', 'Only the author of a message or a moderator of the room can delete it.');
  }
  if (isOwn && !row.deletedAt) {
    fail('Conflict', 'The message changed at the same time. Retry the request unchanged.');
  }
  ctx.stash.row = row;
  ctx.stash.isOthersMessage = !row.deletedAt;
}
