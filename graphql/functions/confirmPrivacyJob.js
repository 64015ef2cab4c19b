/**
 * Reads the caller's existing job if the condition of putPrivacyJob failed, and returns it. Costs nothing for a new
 * job.
 *
 * @authorizes SELF
 * @dataSource privacy
 * @access dynamodb:GetItem privacy
 */
import { fail } from '../shared/errors';
import { callerId } from '../shared/identity';
import { toPrivacyJob } from '../shared/privacy';
import { readRefused, refusedRow } from '../shared/refusal';

/** @param {import('../shared/types').RequestContext<'confirmPrivacyJob'>} ctx */
export function request(ctx) {
  return readRefused(ctx, { userId: callerId(ctx), kind: ctx.stash.kind });
}

/** @param {import('../shared/types').ResponseContext<'confirmPrivacyJob'>} ctx */
export function response(ctx) {
  const row = refusedRow(ctx);
  if (!row) {
    fail('Conflict', 'An earlier job ended at the same time. Retry the request unchanged.');
  }
  ctx.stash.job = toPrivacyJob(row);
}
