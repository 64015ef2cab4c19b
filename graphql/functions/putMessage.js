/**
 * Writes the message at its sequence number unless something is there. What is there is either the same message from
 * an earlier call, which is the answer, or a VOID that closed the number: then the message needs a new one.
 *
 * A reply carries an id of the attempt that wrote it. AppSync takes a PutItem that its condition refused for done when the
 * row is the same already (developer guide, "Handling a condition check failure"), and so of two calls in one millisecond
 * both would count the reply.
 *
 * @dataSource messages
 * @access dynamodb:PutItem,dynamodb:GetItem messages
 */
import { runtime, util } from '@aws-appsync/utils';
import { correlation } from '../shared/correlation';
import { fail, failOn, isRefusedByCondition } from '../shared/errors';
import { callerId } from '../shared/identity';
import { admittedRoomId, authorName } from '../shared/membership';
import { toMessage, voidType } from '../shared/message';
import { isDirect } from '../shared/room';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (ctx.stash.message || !ctx.stash.seq) {
    runtime.earlyReturn({});
  }
  const { seq, type, content, clientMessageId, replyToId, threadId, mentions, mentionsRoom, isFlagged, expiresAt } =
    ctx.stash;
  const { attachments } = ctx.stash;
  return {
    operation: 'PutItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx), seq }),
    attributeValues: util.dynamodb.toMapValues({
      type,
      content,
      authorId: callerId(ctx),
      authorName: authorName(ctx),
      clientMessageId,
      createdAt: ctx.stash.createdAt ?? util.time.nowISO8601(),
      // What a message does not have is left out, as everywhere.
      ...(threadId ? { replyToId, threadId, attemptId: util.autoUlid() } : {}),
      ...(mentions.length > 0 ? { mentions } : {}),
      ...(mentionsRoom ? { mentionsRoom } : {}),
      ...(attachments.length > 0 ? { attachments } : {}),
      ...(isFlagged ? { flagged: true } : {}),
      ...(expiresAt ? { expiresAt } : {}),
      ...(isFollowed(ctx) ? correlation(ctx) : {}),
    }),
    condition: { expression: 'attribute_not_exists(roomId)' },
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  if (isRefusedByCondition(ctx.error)) {
    goOnWith(ctx, ctx.result);
  } else {
    failOn(ctx.error);
    ctx.stash.message = toMessage(ctx.result);
    ctx.stash.isWritten = true;
  }
}

/**
 * @param {import('../shared/types').Context} ctx
 * @returns {boolean} whether the message leads to something later: to notifications, or to its files' being kept. Any other
 *   goes without the request's id, because a page of messages is read by its bytes.
 */
function isFollowed(ctx) {
  const { mentions, mentionsRoom, threadId, attachments } = ctx.stash;
  const concernsSomebody = mentions.length > 0 || mentionsRoom || !!threadId || isDirect(admittedRoomId(ctx));
  return concernsSomebody || attachments.length > 0;
}

/**
 * @param {import('../shared/types').Context} ctx
 * @param {import('../shared/types').MessageRow | null} found
 */
function goOnWith(ctx, found) {
  if (found?.type === voidType) {
    ctx.stash.voidSeq = ctx.stash.seq;
    ctx.stash.seq = null;
    return;
  }
  if (found?.authorId !== callerId(ctx) || found?.clientMessageId !== ctx.stash.clientMessageId) {
    fail('Conflict', 'The message was not sent. Repeat the call with the same clientMessageId.');
  }
  ctx.stash.message = toMessage(found);
}
