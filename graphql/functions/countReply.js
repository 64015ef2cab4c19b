/**
 * Counts a reply in the message that its thread starts from. Only the call that wrote the reply does: a reply whose sender
 * broke off right before this is in the thread and not in the count.
 *
 * Of two replies at the same moment either may be the one that stands as the last. A reply that stands as the last has
 * been counted: DynamoDB's answer was lost, and AppSync asked twice. Whatever goes wrong here, the reply is sent: nothing
 * is raised, and the answer only lacks the thread's count.
 *
 * @dataSource messages
 * @access dynamodb:UpdateItem,dynamodb:GetItem messages
 */
import { runtime, util } from '@aws-appsync/utils';
import { voidType } from '../../contract/names.json';
import { admittedRoomId } from '../shared/membership';
import { toThreadRoot } from '../shared/message';
import { requiredMessageId } from '../shared/validation';

/** @param {import('../shared/types').Context<{ message: Record<string, unknown> }>} ctx */
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

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  if (!ctx.error) {
    ctx.stash.message = { ...ctx.stash.message, threadRoot: toThreadRoot(ctx.result) };
  }
}
