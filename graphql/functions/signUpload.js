/**
 * Requests a presigned upload for one key, content type and size, valid for 15 minutes.
 *
 * @authorizes SELF
 * @dataSource attachments
 */
import { correlation } from '../shared/correlation';
import { throwIfError } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { newKey } from '../shared/attachments';

/** @param {import('../shared/types').RequestContext<'signUpload'>} ctx */
export function request(ctx) {
  const { name, contentType, size } = ctx.stash.file;
  const key = newKey(ctx, admittedRoomId(ctx), name);
  ctx.stash.key = key;
  return { operation: 'Invoke', payload: { action: 'upload', key, contentType, size, ...correlation(ctx) } };
}

/** @param {import('../shared/types').ResponseContext<'signUpload'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  ctx.stash.upload = { key: ctx.stash.key, ...ctx.result };
}
