/**
 * Reads the message that removeReaction was refused for: the caller's reaction is not in the set, and may be a row that
 * dropReaction deletes. Costs nothing for a reaction that was taken out.
 *
 * @dataSource messages
 * @access dynamodb:GetItem messages
 */
import { fail } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { failIfGone } from '../shared/reactions';
import { readRefused, refusedRow } from '../shared/refusal';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  return readRefused(ctx, { roomId: admittedRoomId(ctx), seq: ctx.stash.seq });
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  const row = /** @type {import('../shared/types').MessageRow} */ (refusedRow(ctx));
  failIfGone(row);
  if ((row.reactions ?? []).indexOf(ctx.stash.reactionId) >= 0) {
    fail('Conflict', 'You reacted again at the same moment. Repeat the call unchanged.');
  }
  ctx.stash.row = row;
  ctx.stash.isOverflow = (row.overflowTotal ?? 0) > 0;
}
