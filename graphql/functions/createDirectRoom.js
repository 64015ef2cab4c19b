/**
 * Writes the direct room and both memberships together, unless the room is there. Of two calls at once one is refused,
 * and readDirectRoom then finds what the other wrote. Stands twice in its pipeline, because DynamoDB may refuse both
 * parts of such a pair before either has written.
 *
 * @dataSource rooms
 * @access dynamodb:PutItem rooms
 * @access dynamodb:PutItem memberships
 */
import { runtime } from '@aws-appsync/utils';
import { throwIfError, isCancelled } from '../shared/errors';
import { createRoomRequest } from '../shared/roomCreation';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (ctx.stash.room) {
    runtime.earlyReturn({});
  }
  const { roomId, userIds, displayNames } = ctx.stash;
  return createRoomRequest(
    ctx,
    roomId,
    { name: displayNames.join(', '), visibility: 'DIRECT', directUserIds: userIds, ownerCount: 0 },
    userIds.map((userId, index) => ({ userId, displayName: displayNames[index] ?? '', role: 'MEMBER' })),
  );
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  if (!isCancelled(ctx.error)) {
    throwIfError(ctx.error);
    ctx.stash.room = ctx.stash.created;
  }
}
