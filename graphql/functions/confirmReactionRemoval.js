/**
 * Reads the message if the condition of removeInlineReaction failed: the caller's reaction is not in the set and may be
 * a row that removeReactionRow deletes. Costs nothing if the reaction was removed.
 *
 * @dataSource messages
 * @access dynamodb:GetItem messages
 */
import { admittedRoomId } from '../shared/membership';
import { failIfGone } from '../shared/reactions';
import { readRefused, refusedRow } from '../shared/refusal';

/** @param {import('../shared/types').RequestContext<'confirmReactionRemoval'>} ctx */
export function request(ctx) {
  return readRefused(ctx, { roomId: admittedRoomId(ctx), seq: ctx.stash.seq });
}

/** @param {import('../shared/types').ResponseContext<'confirmReactionRemoval'>} ctx */
export function response(ctx) {
  const row = /** @type {import('../shared/types').MessageRow} */ (refusedRow(ctx));
  failIfGone(row);
  ctx.stash.row = row;
  // A reaction that is in the set now was added after the refusal, and stays.
  const isAddedSince = (row.reactions ?? []).indexOf(ctx.stash.reactionId) >= 0;
  ctx.stash.isOverflow = !isAddedSince && (row.overflowTotal ?? 0) > 0;
}
