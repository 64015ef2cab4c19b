/**
 * Ends the operation of a caller without a membership: NotFound where there is no such room, Forbidden where there
 * is. Who acts in any room without being its member passes when the room exists. Costs nothing for members.
 *
 * @authorizes MEMBER
 * @dataSource rooms
 * @access dynamodb:GetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';
import { admittedRoomId, failUnknownRoom, isRoomUncertain } from '../shared/membership';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (!isRoomUncertain(ctx)) {
    runtime.earlyReturn({});
  }
  return { operation: 'GetItem', key: util.dynamodb.toMapValues({ roomId: ctx.stash.roomId }) };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  if (!ctx.result) {
    failUnknownRoom();
  }
  admittedRoomId(ctx);
}
