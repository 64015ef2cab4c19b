/**
 * Reads the caller's previous presence, and the room that the caller views, if any, with the caller's membership.
 * Callers who are not members are refused.
 *
 * @authorizes SELF, MEMBER
 * @dataSource presence
 * @access dynamodb:BatchGetItem presence
 * @access dynamodb:BatchGetItem memberships
 * @access dynamodb:BatchGetItem rooms
 */
import { util } from '@aws-appsync/utils';
import { assertAccountActive } from '../shared/account';
import { tables } from '../shared/environment';
import { throwIfError, throwIfUnprocessedKeys } from '../shared/errors';
import { callerId } from '../shared/identity';
import { admit, failUnknownRoom } from '../shared/membership';

/** @param {import('../shared/types').RequestContext<'readOwnPresence'>} ctx */
export function request(ctx) {
  const userId = callerId(ctx);
  const { roomId } = ctx.stash;
  return {
    operation: 'BatchGetItem',
    tables: {
      [tables.presence]: { keys: [util.dynamodb.toMapValues({ userId })] },
      ...(roomId
        ? {
            [tables.memberships]: { keys: [util.dynamodb.toMapValues({ roomId, userId })] },
            [tables.rooms]: { keys: [util.dynamodb.toMapValues({ roomId })] },
          }
        : {}),
    },
  };
}

/** @param {import('../shared/types').ResponseContext<'readOwnPresence'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  throwIfUnprocessedKeys(ctx.result);
  ctx.stash.previousPresence = ctx.result.data[tables.presence][0];
  assertAccountActive(ctx.stash.previousPresence);
  if (!ctx.stash.roomId) {
    return;
  }
  const room = ctx.result.data[tables.rooms][0];
  if (!room) {
    failUnknownRoom();
  }
  ctx.stash.room = room;
  admit(ctx, ctx.result.data[tables.memberships][0] ?? null);
}
