/**
 * Reads the room if the page of messages depends on it: if a page after a number ends before its limit, because numbers
 * may have been allocated after the last message, and if a page reaches back to before the caller joined.
 *
 * @authorizes MEMBER
 * @dataSource rooms
 * @access dynamodb:GetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';
import { reachesBeforeJoining } from '../shared/historyVisibility';
import { isTailOpen } from '../shared/gaps';
import { admittedRoomId } from '../shared/membership';

/** @param {import('../shared/types').RequestContext<'readRoomHead'>} ctx */
export function request(ctx) {
  const isTailAsked = ctx.stash.afterSeq !== null && isTailOpen(/** @type {import('../shared/gaps').GapContext} */ (ctx));
  if (!isTailAsked && !reachesBeforeJoining(ctx)) {
    runtime.earlyReturn({});
  }
  return { operation: 'GetItem', key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx) }) };
}

/** @param {import('../shared/types').ResponseContext<'readRoomHead'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  ctx.stash.room = ctx.result;
}
