/**
 * Reads how far the room has come, when the page of messages ends before its limit: numbers may have been given out
 * behind the last message.
 *
 * @dataSource rooms
 * @access dynamodb:GetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { failOn } from '../shared/errors';
import { isTailOpen } from '../shared/holes';
import { admittedRoomId } from '../shared/membership';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (ctx.stash.afterSeq === null || !isTailOpen(ctx)) {
    runtime.earlyReturn();
  }
  return { operation: 'GetItem', key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx) }) };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(ctx.error);
  ctx.stash.room = ctx.result;
}
