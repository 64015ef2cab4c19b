/**
 * Sends a message exactly once, for 3 writes and 2 reads and without a transaction:
 *
 * 1. readSender checks whether the caller can send, and whether the caller sent this message before; readReferences
 *    reads the referenced messages and users, and the row at the number of an earlier call; acquireSendSlot runs only
 *    in slow mode or with a limit, for one more write;
 * 2. advanceRoom allocates the room's next sequence number;
 * 3. putIdempotencyRecord stores clientMessageId -> number; the first write wins;
 * 4. putMessage stores the message at its number; countReply updates the thread's count, for one more write.
 *
 * If one of the writes is refused, confirmNumber and confirmMessage read the reason (docs/adr/0015).
 *
 * After an interruption at any step, a repeated call finds the idempotency record and continues from there. A number
 * without a record is unused, and messagesByRoom closes it when it is old enough. A call whose number was closed
 * allocates a new one and moves the record. If a number is closed while the call is running, the call fails with
 * Conflict; the repeated call finds the closed number.
 *
 * @requires MEMBER
 * @requires MODERATOR if input.mentionsRoom is true
 * @authorizes SELF
 * @pipeline readSender, readReferences, acquireSendSlot, advanceRoom, putIdempotencyRecord, confirmNumber, putMessage, confirmMessage, countReply
 */
import { contentLength, mentionsMaximum } from '../../contract/limits.json';
import { fileTypes, textType } from '../../contract/names.json';
import { requiredAttachments } from '../shared/attachments';
import { fail } from '../shared/errors';
import { callerId } from '../shared/identity';
import { checkSelection, withCompleteness } from '../shared/selection';
import {
  clientMessageIdOrNew,
  optionalText,
  requiredMessageId,
  requiredRoomId,
  requiredText,
  uniqueUserIds,
} from '../shared/validation';
import { hasFilteredWord } from '../shared/wordFilter';

const sendableTypes = [textType, ...fileTypes];

/** @param {import('../shared/types').RequestContext<'Mutation.createMessage'>} ctx */
export function request(ctx) {
  checkSelection(ctx, 'Message');
  const { input } = ctx.args;
  const roomId = requiredRoomId('input.chatRoomId', input.chatRoomId);
  const type = input.type ?? textType;
  if (sendableTypes.indexOf(type) < 0) {
    fail('ValidationError', `input.type is ${type}, which cannot be sent. Give TEXT, IMAGE or FILE.`);
  }
  ctx.stash.roomId = roomId;
  ctx.stash.type = type;
  ctx.stash.attachments = requiredAttachments(ctx, roomId, type, input.attachments);
  ctx.stash.content =
    type === textType
      ? requiredText('input.content', input.content, contentLength)
      : optionalText('input.content', input.content, contentLength);
  ctx.stash.isFlagged = hasFilteredWord(ctx.stash.content);
  ctx.stash.mentions = uniqueUserIds('input.mentions', input.mentions, mentionsMaximum);
  ctx.stash.mentionsRoom = !!input.mentionsRoom;
  ctx.stash.requiredRole = CONDITIONAL_ROLE;
  ctx.stash.replyToSeq = replyToSeq(roomId, input.replyToId);
  ctx.stash.clientMessageId = clientMessageIdOrNew(input.clientMessageId);
  ctx.stash.senderId = `${roomId}#${callerId(ctx)}`;
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.createMessage'>} ctx */
export function response(ctx) {
  return withCompleteness(ctx, ctx.stash.message);
}

/**
 * @param {string} roomId
 * @param {string | null | undefined} replyToId
 * @returns {number | null} the number of the parent message; null if the message is not a reply
 */
function replyToSeq(roomId, replyToId) {
  if (replyToId === null || replyToId === undefined) {
    return null;
  }
  const parent = requiredMessageId('input.replyToId', replyToId);
  if (parent.roomId !== roomId) {
    fail('ValidationError', 'input.replyToId is a message in another room. Reply in the room of the message.');
  }
  return parent.seq;
}
