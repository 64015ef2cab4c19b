/**
 * Turns another user's message into a tombstone and writes the moderation log entry, in one transaction. If another
 * request was faster, the message is already a tombstone and the log has the other entry.
 *
 * @dataSource messages
 * @access dynamodb:UpdateItem messages
 * @access dynamodb:PutItem audit
 */
import { runtime, util } from '@aws-appsync/utils';
import { newAuditRow, putAuditRow } from '../shared/audit';
import { tables } from '../shared/environment';
import { fail, throwIfError, isCancelled } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { toMessageId } from '../shared/message';
import { deletable, tombstoneUpdate } from '../shared/tombstone';

/** @param {import('../shared/types').RequestContext<'eraseOthersMessage'>} ctx */
export function request(ctx) {
  if (!ctx.stash.isOthersMessage) {
    runtime.earlyReturn({});
  }
  const { row, reason, seq } = ctx.stash;
  const roomId = admittedRoomId(ctx);
  const entry = newAuditRow(ctx, {
    action: 'MESSAGE_DELETED',
    messageId: toMessageId(roomId, seq),
    ...(row.authorId ? { userId: row.authorId } : {}),
    ...(reason ? { reason } : {}),
  });
  return {
    operation: 'TransactWriteItems',
    transactItems: [
      {
        table: tables.messages,
        operation: 'UpdateItem',
        key: util.dynamodb.toMapValues({ roomId, seq }),
        update: tombstoneUpdate(ctx),
        condition: { ...deletable(), returnValuesOnConditionCheckFailure: false },
      },
      { table: tables.audit, ...putAuditRow(entry) },
    ],
  };
}

/** @param {import('../shared/types').ResponseContext<'eraseOthersMessage'>} ctx */
export function response(ctx) {
  ctx.stash.isRowOutdated = true;
  if (!isCancelled(ctx.error)) {
    throwIfError(ctx.error);
    return;
  }
  const [message] = ctx.result?.cancellationReasons ?? [];
  if (message?.type !== 'ConditionalCheckFailed') {
    fail('Conflict', 'The message was changed by another request at the same time. Retry the request unchanged.');
  }
}
