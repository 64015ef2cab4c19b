/**
 * Reads the room and the caller's membership with strong consistency if the condition of countMember failed, and
 * decides the reason: the member was counted by a first attempt whose response was lost; the caller has an invitation
 * that the first, eventually consistent read missed; or the caller cannot join. Costs nothing if the member was
 * counted.
 *
 * @authorizes SIGNED_IN, INVITED
 * @dataSource memberships
 * @access dynamodb:BatchGetItem memberships
 * @access dynamodb:BatchGetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { tables } from '../shared/environment';
import { fail, throwIfError, throwIfUnprocessedKeys } from '../shared/errors';
import { callerId } from '../shared/identity';
import { acceptExistingMembership, isOpenTo } from '../shared/joinRules';
import { failUnknownRoom } from '../shared/membership';

/** @param {import('../shared/types').RequestContext<'confirmJoiner'>} ctx */
export function request(ctx) {
  if (!ctx.stash.isRefused) {
    runtime.earlyReturn({});
  }
  const { roomId } = ctx.stash;
  return {
    operation: 'BatchGetItem',
    tables: {
      [tables.rooms]: { keys: [util.dynamodb.toMapValues({ roomId })], consistentRead: true },
      [tables.memberships]: {
        keys: [util.dynamodb.toMapValues({ roomId, userId: callerId(ctx) })],
        consistentRead: true,
      },
    },
  };
}

/** @param {import('../shared/types').ResponseContext<'confirmJoiner'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  throwIfUnprocessedKeys(ctx.result);
  ctx.stash.isRefused = false;
  const room = /** @type {import('../shared/types').RoomRow | null} */ (ctx.result.data[tables.rooms][0]);
  if (!room) {
    failUnknownRoom();
  }
  if (room.lastChangeId === ctx.stash.joinId) {
    ctx.stash.isCounted = true;
    ctx.stash.joinedSeq = room.lastSeq;
    return;
  }
  if (room.archivedAt) {
    fail('RoomFrozen', 'The room is archived. New members cannot join.');
  }
  acceptExistingMembership(ctx, ctx.result.data[tables.memberships][0]);
  if (!ctx.stash.membership && !isOpenTo(room, ctx.stash.isInvited)) {
    fail('Forbidden', 'The room is not public. Ask an owner to invite you.');
  }
}
