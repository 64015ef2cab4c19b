/**
 * Reads the message if the condition of editMessage failed. Returns the message if an earlier call made the same edit;
 * otherwise ends the operation with the reason. Costs nothing if the edit was made.
 *
 * @authorizes AUTHOR
 * @dataSource messages
 * @access dynamodb:GetItem messages
 */
import { fail } from '../shared/errors';
import { callerId } from '../shared/identity';
import { admittedRoomId } from '../shared/membership';
import { failUnknownMessage, isVisible, isWrittenBy } from '../shared/message';
import { readRefused, refusedRow } from '../shared/refusal';

/** @param {import('../shared/types').RequestContext<'confirmEdit'>} ctx */
export function request(ctx) {
  return readRefused(ctx, { roomId: admittedRoomId(ctx), seq: ctx.stash.seq });
}

/** @param {import('../shared/types').ResponseContext<'confirmEdit'>} ctx */
export function response(ctx) {
  const row = /** @type {import('../shared/types').MessageRow | null} */ (refusedRow(ctx));
  if (!isVisible(row)) {
    failUnknownMessage();
  }
  if (!isWrittenBy(row, callerId(ctx))) {
    fail('Forbidden', 'Only the author of a message can edit it.');
  }
  const version = row.version ?? 1;
  if (row.deletedAt) {
    fail('Conflict', 'The message has been deleted and cannot be edited.', { version });
  }
  if (!isSameEdit(ctx, row, version)) {
    fail('Conflict', `The message has version ${version} now. Read the message again and edit that version.`, { version });
  }
  ctx.stash.row = row;
}

/**
 * @param {import('../shared/types').ResponseContext<'confirmEdit'>} ctx
 * @param {import('../shared/types').MessageRow} row
 * @param {number} version the row's version
 * @returns {boolean} whether the message is the result of the caller's edit of the expected version
 */
function isSameEdit(ctx, row, version) {
  const { content, expectedVersion, mentions, mentionsRoom } = ctx.stash;
  const found = row.mentions ?? [];
  return (
    expectedVersion !== null &&
    version === expectedVersion + 1 &&
    row.content === content &&
    (mentionsRoom === null || mentionsRoom === (row.mentionsRoom ?? false)) &&
    (mentions === null || (mentions.length === found.length && found.every((userId) => mentions.indexOf(userId) >= 0)))
  );
}
