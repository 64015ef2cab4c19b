/**
 * Writes the caller's presence when it changed, or when it is a minute since it was written: a heartbeat costs at most one
 * write a minute, and no index is touched by it.
 *
 * @dataSource presence
 * @access dynamodb:UpdateItem presence
 */
import { runtime, util } from '@aws-appsync/utils';
import { failOn } from '../shared/errors';
import { callerId } from '../shared/identity';
import { presenceWriteSeconds } from '../shared/limits';
import { ageOf, onlineShard } from '../shared/presence';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const { status, roomId } = ctx.stash;
  const before = /** @type {import('../shared/types').PresenceRow | null} */ (ctx.stash.before);
  if (before && before.status === status && (status === 'OFFLINE' || ageOf(before.lastSeenAt) < presenceWriteSeconds * 1000)) {
    runtime.earlyReturn({});
  }
  const userId = callerId(ctx);
  const sets = [
    '#status = :status, lastSeenAt = :now',
    ...(status === 'OFFLINE' ? [] : ['onlineShard = :shard']),
    ...(roomId ? ['lastChatRoomId = :room'] : []),
  ];
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ userId }),
    update: {
      expression: `SET ${sets.join(', ')}${status === 'OFFLINE' ? ' REMOVE onlineShard' : ''}`,
      expressionNames: { '#status': 'status' },
      expressionValues: util.dynamodb.toMapValues({
        ':status': status,
        ':now': util.time.nowISO8601(),
        ...(status === 'OFFLINE' ? {} : { ':shard': onlineShard(userId) }),
        ...(roomId ? { ':room': roomId } : {}),
      }),
    },
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(ctx.error);
}
