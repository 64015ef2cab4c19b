/**
 * Requests an export of the caller's data, once per 24 hours, because an export reads whole rooms.
 *
 * @requires SELF
 * @pipeline putPrivacyJob, confirmPrivacyJob
 */
import { util } from '@aws-appsync/utils';
import { exportHours } from '../../contract/limits.json';

/** @param {import('../shared/types').RequestContext<'Mutation.exportMyData'>} ctx */
export function request(ctx) {
  const before = util.time.nowEpochMilliSeconds() - exportHours * 3600 * 1000;
  ctx.stash.kind = 'EXPORT';
  ctx.stash.countsFrom = util.time.epochMilliSecondsToISO8601(before);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.exportMyData'>} ctx */
export function response(ctx) {
  return ctx.stash.job;
}
