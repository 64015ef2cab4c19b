/**
 * In a room with slow mode: takes the caller's turn, or tells when it is. In other rooms this is not run, and nobody pays
 * for it; who keeps order in the room is not bound by it.
 *
 * @dataSource memberships
 * @access dynamodb:UpdateItem,dynamodb:GetItem memberships
 */
import { runtime, util } from '@aws-appsync/utils';
import { fail, failOn, isRefusedByCondition } from '../shared/errors';
import { callerId } from '../shared/identity';
import { admittedRoomId, failNotMember } from '../shared/membership';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const { slowModeSeconds } = ctx.stash;
  if (!slowModeSeconds) {
    runtime.earlyReturn();
  }
  const next = util.time.nowEpochMilliSeconds() + slowModeSeconds * 1000;
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx), userId: callerId(ctx) }),
    update: {
      expression: 'SET nextSendAt = :next',
      expressionValues: util.dynamodb.toMapValues({ ':next': util.time.epochMilliSecondsToISO8601(next) }),
    },
    condition: {
      expression: '#state = :active AND (attribute_not_exists(nextSendAt) OR nextSendAt <= :now)',
      expressionNames: { '#state': 'state' },
      expressionValues: util.dynamodb.toMapValues({ ':active': 'ACTIVE', ':now': util.time.nowISO8601() }),
    },
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  if (isRefusedByCondition(ctx.error)) {
    const membership = /** @type {import('../shared/types').MembershipRow | null} */ (ctx.result);
    if (membership?.state !== 'ACTIVE') {
      failNotMember();
    }
    const { nextSendAt } = membership;
    fail('RateLimited', `The room is in slow mode. Send your next message at ${nextSendAt} or later.`, { nextSendAt });
  }
  failOn(ctx.error);
  ctx.stash.hasTurn = true;
}
