/**
 * Reads the room, the invited user's profile and the user's membership. Returns the membership if the user is already a
 * member or invited.
 *
 * @authorizes REQUIRED_ROLE
 * @dataSource memberships
 * @access dynamodb:BatchGetItem memberships
 * @access dynamodb:BatchGetItem rooms
 * @access dynamodb:BatchGetItem users
 */
import { util } from '@aws-appsync/utils';
import { activeProfile } from '../shared/account';
import { requireRole } from '../shared/authority';
import { tables } from '../shared/environment';
import { fail, throwIfError, throwIfUnprocessedKeys } from '../shared/errors';
import { admittedRoomId, failUnknownRoom, toMembership } from '../shared/membership';
import { failArchived } from '../shared/room';
import { failUnknownUser } from '../shared/membershipChange';

/** @param {import('../shared/types').RequestContext<'readInvitee'>} ctx */
export function request(ctx) {
  const roomId = admittedRoomId(ctx);
  const { userId } = ctx.stash;
  return {
    operation: 'BatchGetItem',
    tables: {
      [tables.memberships]: { keys: [util.dynamodb.toMapValues({ roomId, userId })], consistentRead: true },
      [tables.rooms]: { keys: [util.dynamodb.toMapValues({ roomId })] },
      [tables.users]: { keys: [util.dynamodb.toMapValues({ userId })] },
    },
  };
}

/** @param {import('../shared/types').ResponseContext<'readInvitee'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  throwIfUnprocessedKeys(ctx.result);
  const room = ctx.result.data[tables.rooms][0];
  if (!room) {
    failUnknownRoom();
  }
  if (room.visibility !== 'PUBLIC') {
    requireRole(ctx);
  }
  if (room.archivedAt) {
    failArchived();
  }
  const membership = ctx.result.data[tables.memberships][0];
  if (membership?.state === 'BANNED') {
    fail('Conflict', 'The user is banned from this room. Lift the ban with unbanMember first.');
  }
  if (membership?.state === 'ACTIVE' || membership?.state === 'INVITED') {
    ctx.stash.membership = toMembership(membership);
    return;
  }
  const profile = activeProfile(ctx.result.data[tables.users][0]);
  if (!profile) {
    failUnknownUser();
  }
  ctx.stash.displayName = profile.displayName;
}
