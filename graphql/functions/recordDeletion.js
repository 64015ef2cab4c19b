/**
 * Writes into the room's log that somebody else's message was deleted, by whom and why.
 *
 * @dataSource audit
 * @access dynamodb:PutItem audit
 */
import { runtime, util } from '@aws-appsync/utils';
import { failOn } from '../shared/errors';
import { callerId } from '../shared/identity';
import { admittedRoomId, authorName } from '../shared/membership';
import { toMessageId } from '../shared/message';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const { row, reason, isErased } = ctx.stash;
  const actorId = callerId(ctx);
  if (!isErased || row.authorId === actorId) {
    runtime.earlyReturn();
  }
  const roomId = admittedRoomId(ctx);
  return {
    operation: 'PutItem',
    key: util.dynamodb.toMapValues({ roomId, auditId: util.autoUlid() }),
    attributeValues: util.dynamodb.toMapValues({
      action: 'MESSAGE_DELETED',
      actorId,
      actorName: authorName(ctx),
      messageId: toMessageId(roomId, row.seq),
      createdAt: row.deletedAt,
      ...(row.authorId ? { userId: row.authorId } : {}),
      ...(reason ? { reason } : {}),
    }),
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(ctx.error);
}
