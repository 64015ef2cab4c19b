/**
 * Increments the reply count of the message that starts the thread. Only the call that wrote the reply does this; if it
 * is interrupted before this step, the reply is in the thread but not in the count.
 *
 * Of two concurrent replies, either can become `lastReplySeq`. A reply that is already `lastReplySeq` has been counted
 * by a first attempt. Errors are not raised, because the reply is sent: the response then lacks the thread's counts.
 *
 * @dataSource messages
 * @access dynamodb:UpdateItem,dynamodb:GetItem messages
 */
import { runtime, util } from '@aws-appsync/utils';
import { voidType } from '../../contract/names.json';
import { admittedRoomId } from '../shared/membership';
import { toThreadRoot } from '../shared/message';
import { requiredMessageId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'countReply'>} ctx */
export function request(ctx) {
  const { isWritten, threadId, message } = ctx.stash;
  if (!isWritten || !threadId) {
    runtime.earlyReturn({});
  }
  const { seq } = requiredMessageId('threadId', threadId);
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx), seq }),
    update: {
      expression: 'SET lastReplySeq = :seq, lastReplyAt = :at ADD replyCount :one, changes :one',
      expressionValues: util.dynamodb.toMapValues({
        ':seq': message.seq,
        ':at': message.createdAt,
        ':one': 1,
      }),
    },
    condition: {
      expression:
        'attribute_exists(roomId) AND #type <> :void AND (attribute_not_exists(lastReplySeq) OR lastReplySeq <> :reply)',
      expressionNames: { '#type': 'type' },
      expressionValues: util.dynamodb.toMapValues({ ':void': voidType, ':reply': message.seq }),
    },
  };
}

/** @param {import('../shared/types').ResponseContext<'countReply'>} ctx */
export function response(ctx) {
  if (!ctx.error) {
    ctx.stash.message = { ...ctx.stash.message, threadRoot: toThreadRoot(ctx.result) };
  }
}
