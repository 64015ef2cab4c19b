/**
 * Reads the message that addInlineReaction was refused for, and decides: the caller's reaction that is in the set is the
 * answer; otherwise addReactionRow goes on, if the message may carry the emoji. Costs nothing for a reaction that was added.
 *
 * @dataSource messages
 * @access dynamodb:GetItem messages
 */
import { admittedRoomId } from '../shared/membership';
import { failIfGone, failTooManyEmoji, hasPlaceFor } from '../shared/reactions';
import { readRefused, refusedRow } from '../shared/refusal';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  return readRefused(ctx, { roomId: admittedRoomId(ctx), seq: ctx.stash.seq });
}

/** @param {import('../shared/types').Context<{ emoji: string }>} ctx */
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
