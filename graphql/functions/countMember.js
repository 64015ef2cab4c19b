/**
 * Counts the new member, on condition that the room is open to the caller, and learns where in the room the member
 * comes in. Before the membership, because the membership needs that place. Stands twice in its pipeline: the second
 * time for a caller whose invitation the first, cheaper read did not see yet.
 *
 * @dataSource rooms
 * @access dynamodb:UpdateItem,dynamodb:GetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { fail, failOn, isRefusedByCondition } from '../shared/errors';
import { failUnknownRoom } from '../shared/membership';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (ctx.stash.membership || ctx.stash.isCounted) {
    runtime.earlyReturn();
  }
  const rule = ctx.stash.isInvited
    ? { text: 'visibility <> :visibility', visibility: 'DIRECT' }
    : { text: 'visibility = :visibility', visibility: 'PUBLIC' };
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: ctx.stash.roomId }),
    update: { expression: 'ADD memberCount :one', expressionValues: util.dynamodb.toMapValues({ ':one': 1 }) },
    condition: {
      expression: `attribute_exists(roomId) AND ${rule.text} AND attribute_not_exists(archivedAt)`,
      expressionValues: util.dynamodb.toMapValues({ ':visibility': rule.visibility }),
    },
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  if (isRefusedByCondition(ctx.error)) {
    failOrAskAgain(ctx, ctx.result);
    return;
  }
  failOn(ctx.error);
  ctx.stash.isCounted = true;
  ctx.stash.joinedSeq = ctx.result.lastSeq;
}

/**
 * @param {import('../shared/types').Context} ctx
 * @param {import('../shared/types').RoomRow | null} room
 */
function failOrAskAgain(ctx, room) {
  if (!room) {
    failUnknownRoom();
  }
  if (room.archivedAt) {
    fail('RoomFrozen', 'The room is archived: nobody can join it any more.');
  }
  if (ctx.stash.isConfirmed || room.visibility === 'DIRECT') {
    fail('Unauthorized', 'The room is not public. Ask its owner to invite you.');
  }
  ctx.stash.isDoubtful = true;
}
