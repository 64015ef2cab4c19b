/**
 * Writes into the room's log that somebody else's message was deleted, by whom and why.
 *
 * @dataSource audit
 * @access dynamodb:PutItem audit
 */
import { runtime, util } from '@aws-appsync/utils';
import { newAuditRow } from '../shared/audit';
import { failOn } from '../shared/errors';
import { callerId } from '../shared/identity';
import { toMessageId } from '../shared/message';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const { row, reason, isErased } = ctx.stash;
  if (!isErased || row.authorId === callerId(ctx)) {
    runtime.earlyReturn();
  }
  const { roomId, auditId, ...attributes } = newAuditRow(ctx, {
    action: 'MESSAGE_DELETED',
    messageId: toMessageId(row.roomId, row.seq),
    ...(row.authorId ? { userId: row.authorId } : {}),
    ...(reason ? { reason } : {}),
  });
  return {
    operation: 'PutItem',
    key: util.dynamodb.toMapValues({ roomId, auditId }),
    attributeValues: util.dynamodb.toMapValues(attributes),
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(ctx.error);
}
