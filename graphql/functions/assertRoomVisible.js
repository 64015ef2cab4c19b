/**
 * Ends the operation for callers without a membership: NotFound if the room does not exist, Forbidden if it does.
 * Global moderators pass if the room exists. Costs nothing for members.
 *
 * @authorizes MEMBER
 * @dataSource rooms
 * @access dynamodb:GetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';
import { admittedRoomId, failUnknownRoom, isRoomUncertain } from '../shared/membership';

/** @param {import('../shared/types').RequestContext<'assertRoomVisible'>} ctx */
export function request(ctx) {
  if (!isRoomUncertain(ctx)) {
    runtime.earlyReturn({});
  }
  return { operation: 'GetItem', key: util.dynamodb.toMapValues({ roomId: ctx.stash.roomId }) };
}

/** @param {import('../shared/types').ResponseContext<'assertRoomVisible'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  if (!ctx.result) {
    failUnknownRoom();
  }
  admittedRoomId(ctx);
}
