/**
 * Counts the new member, on condition that the room is open to everybody, and learns where in the room the member
 * comes in. Before the membership, because the membership needs that place.
 *
 * @dataSource rooms
 * @access dynamodb:UpdateItem,dynamodb:GetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { fail, failOn, isRefusedByCondition } from '../shared/errors';
import { failUnknownRoom } from '../shared/membership';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (ctx.stash.membership) {
    runtime.earlyReturn();
  }
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: ctx.stash.roomId }),
    update: { expression: 'ADD memberCount :one', expressionValues: util.dynamodb.toMapValues({ ':one': 1 }) },
    condition: {
      expression: 'attribute_exists(roomId) AND visibility = :public AND attribute_not_exists(archivedAt)',
      expressionValues: util.dynamodb.toMapValues({ ':public': 'PUBLIC' }),
    },
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  if (isRefusedByCondition(ctx.error)) {
    failRefused(ctx.result);
  }
  failOn(ctx.error);
  ctx.stash.joinedSeq = ctx.result.lastSeq;
}

/**
 * @param {import('../shared/types').RoomRow | null} room
 * @returns {never}
 */
function failRefused(room) {
  if (!room) {
    failUnknownRoom();
  }
  if (room.visibility !== 'PUBLIC') {
    fail('Unauthorized', 'The room is not public. Ask its owner to invite you.');
  }
  fail('RoomFrozen', 'The room is archived: nobody can join it any more.');
}
