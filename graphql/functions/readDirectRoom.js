/**
 * Reads the direct room that a concurrent request created.
 *
 * @dataSource rooms
 * @access dynamodb:GetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';

/** @param {import('../shared/types').RequestContext<'readDirectRoom'>} ctx */
export function request(ctx) {
  if (ctx.stash.room) {
    runtime.earlyReturn({});
  }
  return {
    operation: 'GetItem',
    key: util.dynamodb.toMapValues({ roomId: ctx.stash.roomId }),
    consistentRead: true,
  };
}

/** @param {import('../shared/types').ResponseContext<'readDirectRoom'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  ctx.stash.room = ctx.result;
}
