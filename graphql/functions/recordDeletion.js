/**
 * Writes into the room's log that a message was deleted that is not the caller's own, by whom and why.
 *
 * @dataSource audit
 * @access dynamodb:PutItem audit
 */
import { runtime } from '@aws-appsync/utils';
import { newAuditRow, putAuditRow } from '../shared/audit';
import { failOn } from '../shared/errors';
import { callerId } from '../shared/identity';
import { isWrittenBy, toMessageId } from '../shared/message';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const { row, reason, isErased } = ctx.stash;
  if (!isErased || isWrittenBy(row, callerId(ctx))) {
    runtime.earlyReturn();
  }
  const entry = newAuditRow(ctx, {
    action: 'MESSAGE_DELETED',
    messageId: toMessageId(row.roomId, row.seq),
    ...(row.authorId ? { userId: row.authorId } : {}),
    ...(reason ? { reason } : {}),
  });
  return putAuditRow(entry);
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(ctx.error);
}
