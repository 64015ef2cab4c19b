/**
 * Rate limits for one member in one room: slow mode, a setting of the room, and `messagesPerMinute`, a setting of the
 * environment. Each is a row of the caller among the idempotency records; its key contains "#", which a clientMessageId
 * cannot. A repeated call with the same clientMessageId passes.
 */
import { util } from '@aws-appsync/utils';
import { clockToleranceSeconds } from '../../contract/limits.json';
import { settings } from './environment';
import { fail } from './errors';


const minuteSeconds = 60;

/**
 * @param {number} slowModeSeconds the slow mode that applies to the caller; 0 for none
 * @returns {number} the minimum number of seconds between two messages, 0 for none; it also enforces the
 *   environment's limit, so that one write is enough for both
 */
export function sendIntervalSeconds(slowModeSeconds) {
  const { messagesPerMinute } = settings;
  if (!slowModeSeconds || !messagesPerMinute) {
    return slowModeSeconds;
  }
  return Math.max(slowModeSeconds, Math.ceil(minuteSeconds / messagesPerMinute));
}

/**
 * @param {import('./types').Context<'senderId'>} ctx
 * @returns {{ senderId: string, clientMessageId: string }} the key of the row with the time at which the caller may
 *   send next
 */
export function sendSlotKey(ctx) {
  return { senderId: ctx.stash.senderId, clientMessageId: '#turn' };
}

/**
 * A stored time that is further away than slow mode allows is ignored: the clock was wrong, or slow mode was shortened.
 *
 * @param {import('./types').Context<'senderId' | 'clientMessageId'>} ctx
 * @param {number} seconds
 * @returns {any} the write that acquires the send slot, on condition that the caller may send now
 */
export function acquireSendSlotRequest(ctx, seconds) {
  const now = util.time.nowEpochMilliSeconds();
  const next = now + seconds * 1000;
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues(sendSlotKey(ctx)),
    update: {
      expression: 'SET nextSendAt = :next, takenBy = :id, expiresAt = :end',
      expressionValues: util.dynamodb.toMapValues({
        ':next': util.time.epochMilliSecondsToISO8601(next),
        ':id': ctx.stash.clientMessageId,
        ':end': Math.ceil(next / 1000),
      }),
    },
    condition: {
      expression:
        'attribute_not_exists(nextSendAt) OR nextSendAt <= :now OR nextSendAt > :latest OR takenBy = :same',
      expressionValues: util.dynamodb.toMapValues({
        ':now': util.time.epochMilliSecondsToISO8601(now),
        ':latest': util.time.epochMilliSecondsToISO8601(next + clockToleranceSeconds * 1000),
        ':same': ctx.stash.clientMessageId,
      }),
    },
  };
}

/**
 * @param {import('./types').Context<'senderId' | 'clientMessageId'>} ctx
 * @returns {any} the write that counts a message in this minute, on condition that the limit is not reached; null if
 *   there is no limit
 */
export function countMessageRequest(ctx) {
  const { messagesPerMinute } = settings;
  if (!messagesPerMinute) {
    return null;
  }
  const minute = Math.floor(util.time.nowEpochSeconds() / minuteSeconds);
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ senderId: ctx.stash.senderId, clientMessageId: `#minute:${minute}` }),
    update: {
      expression: 'ADD messageCount :one SET takenBy = :id, expiresAt = :end',
      expressionValues: util.dynamodb.toMapValues({
        ':one': 1,
        ':id': ctx.stash.clientMessageId,
        ':end': (minute + 1) * minuteSeconds,
      }),
    },
    condition: {
      expression: 'attribute_not_exists(messageCount) OR messageCount < :limit OR takenBy = :same',
      expressionValues: util.dynamodb.toMapValues({ ':limit': messagesPerMinute, ':same': ctx.stash.clientMessageId }),
    },
  };
}

/**
 * @param {{ nextSendAt?: string } | null} turn
 * @returns {never}
 */
export function failTooEarly(turn) {
  const nextSendAt = turn?.nextSendAt ?? util.time.nowISO8601();
  fail('RateLimited', `The room is in slow mode. Send your next message at ${nextSendAt} or later.`, { nextSendAt });
}

/**
 * @returns {never}
 */
export function failOverLimit() {
  const nextMinute = (Math.floor(util.time.nowEpochSeconds() / minuteSeconds) + 1) * minuteSeconds;
  const nextSendAt = util.time.epochMilliSecondsToISO8601(nextMinute * 1000);
  const limit = settings.messagesPerMinute;
  fail('RateLimited', `You have sent ${limit} messages in this room in this minute. Send your next message at ${nextSendAt} or later.`, {
    nextSendAt,
  });
}
