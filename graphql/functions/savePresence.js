/**
 * Writes the caller's presence if it changed or was last written a minute ago: a heartbeat costs at most one write per
 * minute and does not touch an index. A stored time in the future, after the clock was set back, counts as stale;
 * otherwise the user would appear online long after the last heartbeat.
 *
 * @authorizes SELF
 * @dataSource presence
 * @access dynamodb:UpdateItem presence
 */
import { runtime, util } from '@aws-appsync/utils';
import { presenceWriteSeconds } from '../../contract/limits.json';
import { throwIfError } from '../shared/errors';
import { callerId } from '../shared/identity';
import { ageOf, onlineShard } from '../shared/presence';

/** @param {import('../shared/types').RequestContext<'savePresence'>} ctx */
export function request(ctx) {
  const { status, roomId } = ctx.stash;
  const before = ctx.stash.previousPresence;
  const age = before ? ageOf(before.lastSeenAt) : 0;
  const isFresh = Math.max(age, -age) < presenceWriteSeconds * 1000;
  if (before?.status === status && (status === 'OFFLINE' || isFresh)) {
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

/** @param {import('../shared/types').ResponseContext<'savePresence'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
}
