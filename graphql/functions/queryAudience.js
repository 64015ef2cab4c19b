/**
 * Reads the active members of the room into `ctx.stash.audience`, for rooms with at most `ctx.stash.audienceMaximum`
 * members. Runs twice in its pipeline: the second time it continues if the first query was filled by memberships of
 * former members.
 *
 * @dataSource memberships
 * @access dynamodb:Query memberships
 */
import { runtime, util } from '@aws-appsync/utils';
import { membershipsAtOnce } from '../../contract/limits.json';
import { fail, throwIfError } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';

/** @param {import('../shared/types').RequestContext<'queryAudience'>} ctx */
export function request(ctx) {
  const { room, audience, audienceMaximum, audienceToken } = ctx.stash;
  const roomId = admittedRoomId(ctx);
  if (room.memberCount > audienceMaximum) {
    fail('ValidationError', `The room has more than ${audienceMaximum} members. This operation is only available for smaller rooms.`);
  }
  if (audience && !audienceToken) {
    runtime.earlyReturn({});
  }
  return {
    operation: 'Query',
    query: { expression: 'roomId = :room', expressionValues: util.dynamodb.toMapValues({ ':room': roomId }) },
    limit: membershipsAtOnce,
    nextToken: audienceToken ?? null,
  };
}

/** @param {import('../shared/types').ResponseContext<'queryAudience'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  const rows = /** @type {import('../shared/types').MembershipRow[]} */ (ctx.result.items);
  ctx.stash.audience = [...(ctx.stash.audience ?? []), ...rows.filter((row) => row.state === 'ACTIVE')];
  ctx.stash.audienceToken = ctx.result.nextToken;
}
