/**
 * Reads the message after a transaction changed it, because a transaction does not return items.
 *
 * @dataSource messages
 * @access dynamodb:GetItem messages
 */
import { runtime, util } from '@aws-appsync/utils';
import { fail } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { failUnknownMessage, isVisible } from '../shared/message';

/** @param {import('../shared/types').RequestContext<'readChangedMessage'>} ctx */
export function request(ctx) {
  if (!ctx.stash.isRowOutdated) {
    runtime.earlyReturn({});
  }
  return {
    operation: 'GetItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx), seq: ctx.stash.seq }),
    consistentRead: true,
  };
}

/** @param {import('../shared/types').ResponseContext<'readChangedMessage'>} ctx */
export function response(ctx) {
  if (ctx.error) {
    fail('Conflict', 'The message was changed, but could not be read again. Retry the request unchanged.');
  }
  if (!isVisible(ctx.result)) {
    failUnknownMessage();
  }
  ctx.stash.row = ctx.result;
}
