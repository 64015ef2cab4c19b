/**
 * Reads both users of a direct room, and the room if it exists.
 *
 * @authorizes SIGNED_IN
 * @dataSource rooms
 * @access dynamodb:BatchGetItem rooms
 * @access dynamodb:BatchGetItem users
 */
import { util } from '@aws-appsync/utils';
import { activeProfile, assertAccountActive } from '../shared/account';
import { tables } from '../shared/environment';
import { throwIfError, throwIfUnprocessedKeys } from '../shared/errors';
import { callerId, callerName } from '../shared/identity';
import { keyOf } from '../shared/maps';
import { failUnknownUser } from '../shared/membershipChange';

/** @param {import('../shared/types').RequestContext<'loadDirectRoomUsers'>} ctx */
export function request(ctx) {
  const userIds = /** @type {string[]} */ (ctx.stash.userIds);
  return {
    operation: 'BatchGetItem',
    tables: {
      [tables.rooms]: { keys: [util.dynamodb.toMapValues({ roomId: ctx.stash.roomId })] },
      [tables.users]: { keys: userIds.map((userId) => util.dynamodb.toMapValues({ userId })) },
    },
  };
}

/** @param {import('../shared/types').ResponseContext<'loadDirectRoomUsers'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  throwIfUnprocessedKeys(ctx.result);
  ctx.stash.room = ctx.result.data[tables.rooms][0];
  /** @type {Record<string, string>} */
  const names = { [keyOf(callerId(ctx))]: callerName(ctx) };
  for (const profile of ctx.result.data[tables.users]) {
    if (profile?.userId === callerId(ctx)) {
      assertAccountActive(profile);
    }
    if (activeProfile(profile)) {
      names[keyOf(profile.userId)] = profile.displayName;
    }
  }
  const userIds = /** @type {string[]} */ (ctx.stash.userIds);
  if (userIds.some((userId) => !names[keyOf(userId)])) {
    failUnknownUser();
  }
  ctx.stash.displayNames = userIds.map((userId) => names[keyOf(userId)]);
}
