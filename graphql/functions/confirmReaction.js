/**
 * Reads the message if the condition of addInlineReaction failed. Returns the caller's reaction if it is in the set;
 * otherwise addReactionRow continues if the message can take the emoji. Costs nothing if the reaction was added.
 *
 * @dataSource messages
 * @access dynamodb:GetItem messages
 */
import { admittedRoomId } from '../shared/membership';
import { failIfGone, failTooManyEmoji, hasPlaceFor } from '../shared/reactions';
import { readRefused, refusedRow } from '../shared/refusal';

/** @param {import('../shared/types').RequestContext<'confirmReaction'>} ctx */
export function request(ctx) {
  return readRefused(ctx, { roomId: admittedRoomId(ctx), seq: ctx.stash.seq });
}

/** @param {import('../shared/types').ResponseContext<'confirmReaction'>} ctx */
export function response(ctx) {
  const row = /** @type {import('../shared/types').MessageRow} */ (refusedRow(ctx));
  const { emoji, reactionId } = ctx.stash;
  failIfGone(row);
  ctx.stash.row = row;
  if ((row.reactions ?? []).indexOf(reactionId) < 0) {
    if (!hasPlaceFor(row, emoji)) {
      failTooManyEmoji();
    }
    ctx.stash.isOverflow = true;
  }
}
