/**
 * Reads the display names of users whose reactions are stored without a name.
 *
 * @dataSource memberships
 * @access dynamodb:BatchGetItem memberships
 */
import { runtime, util } from '@aws-appsync/utils';
import { tables } from '../shared/environment';
import { throwIfError, throwIfUnprocessedKeys } from '../shared/errors';
import { keyOf, namesOf } from '../shared/maps';
import { admittedRoomId } from '../shared/membership';
import { splitReactionId } from '../shared/reactionCounts';

/** @param {import('../shared/types').RequestContext<'readNames'>} ctx */
export function request(ctx) {
  const reactions = ctx.stash.reactions;
  /** @type {Record<string, boolean>} */
  const nameless = {};
  for (const { reactionId, displayName } of reactions) {
    if (!displayName) {
      nameless[keyOf(splitReactionId(reactionId).userId)] = true;
    }
  }
  ctx.stash.names = {};
  const userIds = namesOf(nameless);
  if (userIds.length === 0) {
    runtime.earlyReturn({});
  }
  const roomId = admittedRoomId(ctx);
  return {
    operation: 'BatchGetItem',
    tables: {
      [tables.memberships]: { keys: userIds.map((userId) => util.dynamodb.toMapValues({ roomId, userId })) },
    },
  };
}

/** @param {import('../shared/types').ResponseContext<'readNames'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  throwIfUnprocessedKeys(ctx.result);
  for (const membership of ctx.result.data[tables.memberships]) {
    if (membership) {
      ctx.stash.names[keyOf(membership.userId)] = membership.displayName;
    }
  }
}
