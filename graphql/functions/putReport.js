/**
 * Stores the caller's report in the room's queue. A user can report a message once: a second call returns the first
 * report, which confirmReport reads.
 *
 * @dataSource reports
 * @access dynamodb:PutItem,dynamodb:GetItem reports
 */
import { util } from '@aws-appsync/utils';
import { callerId } from '../shared/identity';
import { admittedRoomId, authorName } from '../shared/membership';
import { noteRefusal } from '../shared/refusal';
import { reportIdOf, toReport } from '../shared/report';

/** @param {import('../shared/types').RequestContext<'putReport'>} ctx */
export function request(ctx) {
  const { seq, row, reason } = ctx.stash;
  const reporterId = callerId(ctx);
  return {
    operation: 'PutItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx), reportId: reportIdOf(seq, reporterId) }),
    attributeValues: util.dynamodb.toMapValues({
      seq,
      ...(row.authorId ? { authorId: row.authorId } : {}),
      reporterId,
      reporterName: authorName(ctx),
      reason,
      status: 'OPEN',
      createdAt: util.time.nowISO8601(),
    }),
    condition: { expression: 'attribute_not_exists(roomId)' },
  };
}

/** @param {import('../shared/types').ResponseContext<'putReport'>} ctx */
export function response(ctx) {
  if (!noteRefusal(ctx)) {
    ctx.stash.report = toReport(ctx.result);
  }
}
