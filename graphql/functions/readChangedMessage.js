/**
 * Reads the message again that a transaction has changed: a transaction does not tell what it left.
 *
 * @dataSource messages
 * @access dynamodb:GetItem messages
 */
import { runtime, util } from '@aws-appsync/utils';
import { failOn } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { failUnknownMessage } from '../shared/message';

/** @param {import('../shared/types').Context} ctx */
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

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(ctx.error);
  if (!ctx.result) {
    failUnknownMessage();
  }
  ctx.stash.row = ctx.result;
}
