/**
 * Requests a presigned download URL for one attachment of the message in `ctx.stash.row`, valid for 5 minutes.
 *
 * @dataSource attachments
 */
import { correlation } from '../shared/correlation';
import { fail, throwIfError } from '../shared/errors';

/** @param {import('../shared/types').RequestContext<'signDownload'>} ctx */
export function request(ctx) {
  const row = ctx.stash.row;
  const attachment = (row.attachments ?? [])[ctx.stash.index];
  if (!attachment) {
    fail('NotFound', 'The message has no attachment with this index. Indexes start at 0, and deleted messages have no attachments.');
  }
  const { key, name } = attachment;
  return { operation: 'Invoke', payload: { action: 'download', key, name, ...correlation(ctx) } };
}

/** @param {import('../shared/types').ResponseContext<'signDownload'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  ctx.stash.download = ctx.result;
}
