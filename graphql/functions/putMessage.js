/**
 * Writes the message at its sequence number unless the number is taken. If it is, confirmMessage reads the row: the
 * message of an earlier call, or the VOID row of a closed number.
 *
 * A reply stores the id of the attempt that wrote it. AppSync treats a PutItem whose condition failed as successful if
 * the stored row is equal (developer guide, "Handling a condition check failure"), so two calls in one millisecond
 * would both count the reply.
 *
 * @dataSource messages
 * @access dynamodb:PutItem,dynamodb:GetItem messages
 */
import { runtime, util } from '@aws-appsync/utils';
import { correlation } from '../shared/correlation';
import { callerId } from '../shared/identity';
import { admittedRoomId, authorName } from '../shared/membership';
import { toMessage } from '../shared/message';
import { noteRefusal } from '../shared/refusal';
import { isDirect } from '../shared/room';
import { unpublishedEvent } from '../shared/unpublished';

/** @param {import('../shared/types').RequestContext<'putMessage'>} ctx */
export function request(ctx) {
  if (ctx.stash.message) {
    runtime.earlyReturn({});
  }
  const { seq, type, content, clientMessageId, replyToId, threadId, mentions, mentionsRoom, isFlagged, expiresAt } =
    ctx.stash;
  const { attachments } = ctx.stash;
  ctx.stash.attemptId = threadId ? util.autoUlid() : null;
  const event = unpublishedEvent(ctx, { kind: 'CREATED' });
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
      // Attributes without a value are omitted.
      ...(threadId ? { replyToId, threadId, attemptId: ctx.stash.attemptId } : {}),
      ...(mentions.length > 0 ? { mentions } : {}),
      ...(mentionsRoom ? { mentionsRoom } : {}),
      ...(attachments.length > 0 ? { attachments } : {}),
      ...(isFlagged ? { flagged: true } : {}),
      ...(expiresAt ? { expiresAt } : {}),
      ...(event ? { unpublished: event } : {}),
      ...(event || isFollowed(ctx) ? correlation(ctx) : {}),
    }),
    condition: { expression: 'attribute_not_exists(roomId)' },
  };
}

/** @param {import('../shared/types').ResponseContext<'putMessage'>} ctx */
export function response(ctx) {
  if (!noteRefusal(ctx)) {
    ctx.stash.message = toMessage(ctx.result);
    ctx.stash.isWritten = true;
  }
}

/**
 * @param {import('../shared/types').RequestContext<'putMessage'>} ctx
 * @returns {boolean} whether the message has later effects: notifications, or files to keep. Other messages have no
 *   request id, because the cost of reading a page of messages depends on its size.
 */
function isFollowed(ctx) {
  const { mentions, mentionsRoom, threadId, attachments } = ctx.stash;
  const concernsSomebody = mentions.length > 0 || mentionsRoom || !!threadId || isDirect(admittedRoomId(ctx));
  return concernsSomebody || attachments.length > 0;
}
