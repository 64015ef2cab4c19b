/**
 * Writes the room and its owner's membership together or not at all.
 *
 * @dataSource rooms
 * @access dynamodb:PutItem rooms
 * @access dynamodb:PutItem memberships
 */
import { util } from '@aws-appsync/utils';
import { tables } from '../shared/environment';
import { failOn } from '../shared/errors';
import { callerId } from '../shared/identity';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const now = util.time.nowISO8601();
  const roomId = util.autoId();
  const userId = callerId(ctx);
  const room = {
    ...ctx.stash.room,
    createdBy: userId,
    memberCount: 1,
    ownerCount: 1,
    lastSeq: 0,
    version: 1,
    createdAt: now,
  };
  const membership = {
    displayName: ctx.stash.displayName,
    role: 'OWNER',
    state: 'ACTIVE',
    joinedAt: now,
    joinedSeq: 0,
    readSeq: 0,
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
      {
        table: tables.memberships,
        operation: 'PutItem',
        key: util.dynamodb.toMapValues({ roomId, userId }),
        attributeValues: util.dynamodb.toMapValues(membership),
      },
    ],
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(ctx.error);
}
