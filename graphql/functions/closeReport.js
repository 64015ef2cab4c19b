/**
 * Resolves the report on condition that it is still open, and writes the moderation log entry in the same transaction.
 *
 * @dataSource reports
 * @access dynamodb:UpdateItem reports
 * @access dynamodb:PutItem audit
 */
import { util } from '@aws-appsync/utils';
import { newAuditRow, putAuditRow } from '../shared/audit';
import { tables } from '../shared/environment';
import { fail, throwIfError, isCancelled } from '../shared/errors';
import { toMessageId } from '../shared/message';
import { toUpdate } from '../shared/update';

/** @param {import('../shared/types').RequestContext<'closeReport'>} ctx */
export function request(ctx) {
  const { report, resolution, reason } = ctx.stash;
  const { roomId, reportId } = report;
  const entry = newAuditRow(ctx, {
    action: 'REPORT_RESOLVED',
    messageId: toMessageId(roomId, report.seq),
    ...(report.authorId ? { userId: report.authorId } : {}),
    ...(reason ? { reason } : {}),
    changes: [{ name: 'resolution', value: resolution }],
  });
  /** @type {Partial<import('../shared/types').ReportRow>} */
  const changes = {
    status: 'RESOLVED',
    resolution,
    resolvedBy: entry.actorId,
    resolvedAt: entry.createdAt,
  };
  ctx.stash.report = { ...report, ...changes };
  return {
    operation: 'TransactWriteItems',
    transactItems: [
      {
        table: tables.reports,
        operation: 'UpdateItem',
        key: util.dynamodb.toMapValues({ roomId, reportId }),
        update: toUpdate(changes, {}),
        condition: {
          expression: '#status = :open',
          expressionNames: { '#status': 'status' },
          expressionValues: util.dynamodb.toMapValues({ ':open': 'OPEN' }),
          returnValuesOnConditionCheckFailure: false,
        },
      },
      { table: tables.audit, ...putAuditRow(entry) },
    ],
  };
}

/** @param {import('../shared/types').ResponseContext<'closeReport'>} ctx */
export function response(ctx) {
  if (isCancelled(ctx.error)) {
    fail('Conflict', 'Another moderator resolved the report at the same time. Read the reports again.');
  }
  throwIfError(ctx.error);
}
