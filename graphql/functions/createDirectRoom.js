/**
 * Writes the direct room and both memberships together, unless the room is there. Of two calls at once one is refused,
 * and readDirectRoom then finds what the other wrote. Stands twice in its pipeline, because DynamoDB may refuse both
 * parts of such a pair before either has written.
 *
 * @dataSource rooms
 * @access dynamodb:PutItem rooms
 * @access dynamodb:PutItem memberships
 */
import { runtime, util } from '@aws-appsync/utils';
import { tables } from '../shared/environment';
import { failOn, isCancelled } from '../shared/errors';
import { callerId } from '../shared/identity';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (ctx.stash.room) {
    runtime.earlyReturn({});
  }
  const { roomId } = ctx.stash;
  const userIds = /** @type {string[]} */ (ctx.stash.userIds);
  const displayNames = /** @type {string[]} */ (ctx.stash.displayNames);
  const now = util.time.nowISO8601();
  const room = {
    name: displayNames.join(', '),
    visibility: 'DIRECT',
    directUserIds: userIds,
    createdBy: callerId(ctx),
    memberCount: 2,
    ownerCount: 0,
    lastSeq: 0,
    version: 1,
    createdAt: now,
  };
  ctx.stash.created = { roomId, ...room };
  return {
    operation: 'TransactWriteItems',
    transactItems: [
      {
        table: tables.rooms,
        operation: 'PutItem',
        key: util.dynamodb.toMapValues({ roomId }),
        attributeValues: util.dynamodb.toMapValues(room),
        condition: { expression: 'attribute_not_exists(roomId)', returnValuesOnConditionCheckFailure: false },
      },
      ...userIds.map((userId, index) => ({
        table: tables.memberships,
        operation: 'PutItem',
        key: util.dynamodb.toMapValues({ roomId, userId }),
        attributeValues: util.dynamodb.toMapValues({
          displayName: displayNames[index],
          role: 'MEMBER',
          state: 'ACTIVE',
          joinedAt: now,
          joinedSeq: 0,
          readSeq: 0,
        }),
      })),
    ],
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  if (!isCancelled(ctx.error)) {
    failOn(ctx.error);
    ctx.stash.room = ctx.stash.created;
  }
}
