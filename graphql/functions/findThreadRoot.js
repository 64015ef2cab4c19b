/**
 * Reads the message that starts the thread if the list of replies is empty, and ends the operation if it does not
 * exist.
 *
 * @dataSource messages
 * @access dynamodb:GetItem messages
 */
import { runtime, util } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { failUnknownMessage, isVisible } from '../shared/message';

/** @param {import('../shared/types').RequestContext<'findThreadRoot'>} ctx */
export function request(ctx) {
  if (ctx.stash.page.rows.length > 0 || ctx.args.nextToken) {
    runtime.earlyReturn({});
  }
  return {
    operation: 'GetItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx), seq: ctx.stash.seq }),
  };
}

/** @param {import('../shared/types').ResponseContext<'findThreadRoot'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  if (!isVisible(ctx.result)) {
    failUnknownMessage();
  }
}
