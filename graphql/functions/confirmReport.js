/**
 * Reads the caller's existing report of the message if the condition of putReport failed, and returns it. Costs nothing
 * for a first report.
 *
 * @dataSource reports
 * @access dynamodb:GetItem reports
 */
import { fail } from '../shared/errors';
import { callerId } from '../shared/identity';
import { admittedRoomId } from '../shared/membership';
import { readRefused, refusedRow } from '../shared/refusal';
import { reportIdOf, toReport } from '../shared/report';

/** @param {import('../shared/types').RequestContext<'confirmReport'>} ctx */
export function request(ctx) {
  return readRefused(ctx, { roomId: admittedRoomId(ctx), reportId: reportIdOf(ctx.stash.seq, callerId(ctx)) });
}

/** @param {import('../shared/types').ResponseContext<'confirmReport'>} ctx */
export function response(ctx) {
  const row = refusedRow(ctx);
  if (!row) {
    fail('Conflict', 'Your report was removed at the same time. Retry the request unchanged.');
  }
  ctx.stash.report = toReport(row);
}
