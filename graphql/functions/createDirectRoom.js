/**
 * Writes the direct room and both memberships in one transaction, unless the room exists. If it does, readDirectRoom
 * reads it. Runs twice in its pipeline, because DynamoDB may cancel both of two concurrent transactions.
 *
 * @dataSource rooms
 * @access dynamodb:PutItem rooms
 * @access dynamodb:PutItem memberships
 */
import { runtime } from '@aws-appsync/utils';
import { throwIfError, isCancelled } from '../shared/errors';
import { createRoomRequest } from '../shared/roomCreation';

/** @param {import('../shared/types').RequestContext<'createDirectRoom'>} ctx */
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

/** @param {import('../shared/types').ResponseContext<'createDirectRoom'>} ctx */
export function response(ctx) {
  if (!isCancelled(ctx.error)) {
    throwIfError(ctx.error);
    ctx.stash.room = ctx.stash.created;
  }
}
