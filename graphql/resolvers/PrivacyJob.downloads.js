/**
 * Returns presigned URLs of an export's archives, valid for 15 minutes. Every field that returns a PrivacyJob returns
 * the caller's own job.
 *
 * @requires PARENT
 * @dataSource attachments
 */
import { runtime } from '@aws-appsync/utils';
import { correlation } from '../shared/correlation';
import { throwIfError } from '../shared/errors';

/** @param {import('../shared/types').RequestContext<'PrivacyJob.downloads'>} ctx */
export function request(ctx) {
  const archives = /** @type {{ key: string, size: number }[]} */ (ctx.source?.archives ?? []);
  if (archives.length === 0) {
    runtime.earlyReturn([]);
  }
  return { operation: 'Invoke', payload: { action: 'export', archives, ...correlation(ctx) } };
}

/** @param {import('../shared/types').ResponseContext<'PrivacyJob.downloads'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  return ctx.result.downloads;
}
