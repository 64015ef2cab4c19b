/**
 * Reactions: each user once per emoji. The first ones are a set in the message (`emoji#userId`), so reacting is one
 * write and a page of messages includes its counts. Reactions that do not fit are separate rows. The message counts
 * them in one attribute per emoji, in one transaction with the row, so counts are exact in both cases.
 *
 * A reaction is never in both places: once there are rows, nothing is added to the set.
 */
import { util } from '@aws-appsync/utils';
import { distinctEmojiMaximum, emojiLength } from '../../contract/limits.json';
import { isWhole } from './characters';
import { fail } from './errors';
import { callerId } from './identity';
import { admittedRoomId, authorName, hidesHistory, joinedSeq } from './membership';
import { failUnknownMessage, isVisible, toMessageId } from './message';
import { countReactions, splitReactionId } from './reactionCounts';
import { failIfClosed } from './room';
import { unpublishedEventUpdate } from './unpublished';
import { requiredMessageId, requiredLine } from './validation';

/** @typedef {import('./types').MessageRow} MessageRow */

/** `\\s` matches fewer characters in Java than in JavaScript. */
const withoutBlanks = '[^\\s\\p{Z}\\ufeff]+';

/**
 * Stores the emoji and the message of the caller's reaction in the stash. Membership and room are read with eventual
 * consistency, for half a unit each: a reaction at the moment of its author's removal may still count.
 *
 * @param {import('./types').RequestContext<'Mutation.createReaction' | 'Mutation.deleteReaction'>} ctx
 */
export function stashReaction(ctx) {
  const { messageId, emoji } = ctx.args.input;
  const { roomId, seq } = requiredMessageId('input.messageId', messageId);
  ctx.stash.roomId = roomId;
  ctx.stash.seq = seq;
  ctx.stash.emoji = requiredEmoji('input.emoji', emoji);
  ctx.stash.reactionId = `${ctx.stash.emoji}#${callerId(ctx)}`;
  ctx.stash.eventuallyConsistentOk = true;
}

/**
 * @param {string} argument the argument's name, for the error message
 * @param {string | null | undefined} value
 * @returns {string} the emoji
 */
export function requiredEmoji(argument, value) {
  const emoji = requiredLine(argument, value, emojiLength);
  if (!isWhole(withoutBlanks, emoji)) {
    fail('ValidationError', `${argument} contains spaces. Give one emoji or one emoji name.`);
  }
  return emoji;
}

/**
 * Ends the operation if the admitted caller cannot react at this moment, or cannot see the message.
 *
 * @authorizes
 * @param {import('./types').Context<'room' | 'seq', 'admission'>} ctx
 */
export function failIfClosedToReactions(ctx) {
  failIfClosed(ctx.stash.room);
  if (ctx.stash.seq <= joinedSeq(ctx) && hidesHistory(ctx.stash.room)) {
    failUnknownMessage();
  }
}

/**
 * Ends the operation if the message whose write was refused does not exist, or no longer exists.
 *
 * @param {MessageRow | null} row
 */
export function failIfGone(row) {
  if (!isVisible(row)) {
    failUnknownMessage();
  }
  if (row.deletedAt) {
    fail('Conflict', 'The message has been deleted. You cannot react to it.');
  }
}

/**
 * @param {MessageRow} row
 * @param {string} emoji
 * @returns {boolean} whether a reaction with the emoji is possible: the message already has the emoji, or fewer than
 *   the maximum
 */
export function hasPlaceFor(row, emoji) {
  const counts = countReactions(row);
  return counts.length < distinctEmojiMaximum || counts.some((one) => one.emoji === emoji);
}

/**
 * @returns {never}
 */
export function failTooManyEmoji() {
  fail('ValidationError', `The message has ${distinctEmojiMaximum} different emoji, which is the maximum. Use one of them.`);
}

/**
 * @param {import('./types').Context<'row' | 'reactionId', 'admission'>} ctx `stash.row` is the message after the change
 * @returns {Record<string, unknown>} the caller's reaction as the schema's Reaction
 */
export function toOwnReaction(ctx) {
  return {
    ...toReaction(ctx.stash.row, ctx.stash.reactionId),
    displayName: authorName(ctx),
    createdAt: util.time.nowISO8601(),
  };
}

/**
 * @param {import('./types').Context<'reactionId' | 'isDelivered', 'admission'>} ctx after checkSelection
 * @param {'REACTION_ADDED' | 'REACTION_REMOVED'} kind
 * @returns {ReturnType<typeof unpublishedEventUpdate>} the parts of an update that store the event of the caller's
 *   reaction for the stream
 */
export function unpublishedReactionUpdate(ctx, kind) {
  const { emoji, userId } = splitReactionId(ctx.stash.reactionId);
  return unpublishedEventUpdate(ctx, { kind, emoji, userId, displayName: authorName(ctx), createdAt: util.time.nowISO8601() });
}

/**
 * @param {MessageRow} row
 * @param {string} reactionId
 * @returns {Record<string, unknown>} the reaction as the schema's Reaction, without name and time
 */
export function toReaction(row, reactionId) {
  const { emoji, userId } = splitReactionId(reactionId);
  const found = countReactions(row).find((one) => one.emoji === emoji);
  return {
    messageId: toMessageId(row.roomId, row.seq),
    chatRoomId: row.roomId,
    emoji,
    userId,
    count: found?.count ?? 0,
    revision: 1 + (row.changes ?? 0),
  };
}

/**
 * @param {import('./types').Context<'seq', 'admission'>} ctx
 * @returns {string} the partition of the message's rows in the table of reactions
 */
export function reactionsKey(ctx) {
  return toMessageId(admittedRoomId(ctx), ctx.stash.seq);
}
