/**
 * Creating a room: the row of the room and those of its first members, in one transaction.
 */
import { util } from '@aws-appsync/utils';
import { tables } from './environment';
import { callerId } from './identity';

/** @typedef {import('./types').RoomRow} RoomRow */
/** @typedef {{ userId: string, displayName: string, role: import('./types').MembershipRole }} FirstMember */

/**
 * Puts the new room into `ctx.stash.created`.
 *
 * @param {import('./types').Context<never, 'created'>} ctx
 * @param {string} roomId
 * @param {import('./settings').NewSettings & Pick<RoomRow, 'ownerCount'>} settings the room's settings, and `ownerCount`
 * @param {FirstMember[]} members
 * @returns {any} the transaction; it is cancelled if the room exists
 */
export function createRoomRequest(ctx, roomId, settings, members) {
  const now = util.time.nowISO8601();
  const room = {
    ...settings,
    createdBy: callerId(ctx),
    memberCount: members.length,
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
      ...members.map(({ userId, displayName, role }) => ({
        table: tables.memberships,
        operation: 'PutItem',
        key: util.dynamodb.toMapValues({ roomId, userId }),
        attributeValues: util.dynamodb.toMapValues({
          displayName,
          role,
          state: 'ACTIVE',
          joinedAt: now,
          joinedSeq: 0,
          readSeq: 0,
        }),
      })),
    ],
  };
}
