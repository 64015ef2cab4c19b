/**
 * Lets the caller into the room `ctx.stash.roomId`, or ends the operation, where the room itself is needed too: one read
 * of the caller's membership and of the room, into `ctx.stash.room`.
 *
 * The membership is read strongly consistent unless `ctx.stash.isLagTolerated`. The room is not unless
 * `ctx.stash.isRoomExact`: what is taken from it may be some milliseconds old.
 *
 * @authorizes MEMBER
 * @dataSource memberships
 * @access dynamodb:BatchGetItem memberships
 * @access dynamodb:BatchGetItem rooms
 */
import { util } from '@aws-appsync/utils';
import { tables } from '../shared/environment';
import { failOn, failOnUnprocessedKeys } from '../shared/errors';
import { callerId } from '../shared/identity';
import { admit, failUnknownRoom } from '../shared/membership';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const { roomId, isLagTolerated, isRoomExact } = ctx.stash;
  return {
    operation: 'BatchGetItem',
    tables: {
      [tables.memberships]: {
        keys: [util.dynamodb.toMapValues({ roomId, userId: callerId(ctx) })],
        consistentRead: !isLagTolerated,
      },
      [tables.rooms]: { keys: [util.dynamodb.toMapValues({ roomId })], consistentRead: !!isRoomExact },
    },
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(ctx.error);
  failOnUnprocessedKeys(ctx.result);
  const room = ctx.result.data[tables.rooms][0];
  if (!room) {
    failUnknownRoom();
  }
  ctx.stash.room = room;
  admit(ctx, ctx.result.data[tables.memberships][0] ?? null);
}
