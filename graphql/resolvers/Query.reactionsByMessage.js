/**
 * Returns the reactions to a message, with their users.
 *
 * @requires MEMBER
 * @pipeline requireMembership, assertRoomVisible, readMessage, assertMessageVisible, queryReactions, readNames
 */
import { keyOf } from '../shared/maps';
import { splitReactionId } from '../shared/reactionCounts';
import { requiredEmoji, toReaction } from '../shared/reactions';
import { pageLimit, requiredMessageId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Query.reactionsByMessage'>} ctx */
export function request(ctx) {
  const { messageId, emoji, limit } = ctx.args;
  const { roomId, seq } = requiredMessageId('messageId', messageId);
  ctx.stash.roomId = roomId;
  ctx.stash.seq = seq;
  ctx.stash.emoji = emoji === null || emoji === undefined ? null : requiredEmoji('emoji', emoji);
  ctx.stash.limit = pageLimit(limit);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Query.reactionsByMessage'>} ctx */
export function response(ctx) {
  const { row, names, nextToken } = ctx.stash;
  const reactions = ctx.stash.reactions;
  return {
    items: reactions.map(({ reactionId, displayName, createdAt }) => ({
      ...toReaction(row, reactionId),
      displayName: displayName ?? names[keyOf(splitReactionId(reactionId).userId)],
      createdAt,
    })),
    nextToken,
  };
}
