/**
 * Admits the caller to the room `ctx.stash.roomId` or ends the operation, and reads the room into `ctx.stash.room`, in
 * one read.
 *
 * The membership is strongly consistent unless `ctx.stash.eventuallyConsistentOk`; the room is eventually consistent
 * unless `ctx.stash.consistentRoomRead`.
 *
 * @authorizes MEMBER
 * @dataSource memberships
 * @access dynamodb:BatchGetItem memberships
 * @access dynamodb:BatchGetItem rooms
 */
import { util } from '@aws-appsync/utils';
import { tables } from '../shared/environment';
import { throwIfError, throwIfUnprocessedKeys } from '../shared/errors';
import { callerId } from '../shared/identity';
import { admit, failUnknownRoom } from '../shared/membership';

/** @param {import('../shared/types').RequestContext<'readMemberAndRoom'>} ctx */
export function request(ctx) {
  const { roomId, eventuallyConsistentOk, consistentRoomRead } = ctx.stash;
  return {
    operation: 'BatchGetItem',
    tables: {
      [tables.memberships]: {
        keys: [util.dynamodb.toMapValues({ roomId, userId: callerId(ctx) })],
        consistentRead: !eventuallyConsistentOk,
      },
      [tables.rooms]: { keys: [util.dynamodb.toMapValues({ roomId })], consistentRead: !!consistentRoomRead },
    },
  };
}

/** @param {import('../shared/types').ResponseContext<'readMemberAndRoom'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  throwIfUnprocessedKeys(ctx.result);
  const room = ctx.result.data[tables.rooms][0];
  if (!room) {
    failUnknownRoom();
  }
  ctx.stash.room = room;
  admit(ctx, ctx.result.data[tables.memberships][0] ?? null);
}
