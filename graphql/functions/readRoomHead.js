/**
 * Reads the room where the page of messages depends on it: when a page after a number ends before its limit, because
 * numbers may have been given out behind the last message, and when a page reaches back to before the caller's joining.
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

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const isTailAsked = ctx.stash.afterSeq !== null && isTailOpen(/** @type {import('../shared/gaps').GapContext} */ (ctx));
  if (!isTailAsked && !reachesBeforeJoining(ctx)) {
    runtime.earlyReturn({});
  }
  return { operation: 'GetItem', key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx) }) };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  ctx.stash.room = ctx.result;
}
