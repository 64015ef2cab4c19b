/**
 * Reads with strong consistency the reason why the message has no sequence number: the caller's send slot in slow
 * mode, the room, or the idempotency record of an earlier call. Continues with the number of that call, or ends the
 * operation. Costs nothing for other messages.
 *
 * @dataSource deduplication
 * @access dynamodb:BatchGetItem deduplication
 * @access dynamodb:BatchGetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { tables } from '../shared/environment';
import { fail, throwIfError, throwIfUnprocessedKeys } from '../shared/errors';
import { failNotSent, idempotencyKey } from '../shared/idempotency';
import { failUnknownRoom } from '../shared/membership';
import { failTooEarly, sendSlotKey } from '../shared/rateLimit';
import { failIfClosed } from '../shared/room';

/** @param {import('../shared/types').RequestContext<'confirmNumber'>} ctx */
export function request(ctx) {
  const { refusedBy, roomId } = ctx.stash;
  if (!refusedBy) {
    runtime.earlyReturn({});
  }
  const table = refusedBy === 'room' ? tables.rooms : tables.deduplication;
  const key = refusedBy === 'room' ? { roomId } : refusedBy === 'sendSlot' ? sendSlotKey(ctx) : idempotencyKey(ctx);
  return {
    operation: 'BatchGetItem',
    tables: { [table]: { keys: [util.dynamodb.toMapValues(key)], consistentRead: true } },
  };
}

/** @param {import('../shared/types').ResponseContext<'confirmNumber'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  throwIfUnprocessedKeys(ctx.result);
  const { refusedBy } = ctx.stash;
  if (refusedBy === 'room') {
    failRefused(ctx.result.data[tables.rooms][0]);
  }
  const row = ctx.result.data[tables.deduplication][0];
  if (refusedBy === 'sendSlot') {
    failTooEarly(row);
  }
  if (!row) {
    failNotSent();
  }
  ctx.stash.seq = row.seq;
  ctx.stash.expiresAt = row.messageExpiresAt ?? null;
}

/**
 * @param {import('../shared/types').RoomRow | null} room the room that refused a message
 * @returns {never}
 */
function failRefused(room) {
  if (!room) {
    failUnknownRoom();
  }
  failIfClosed(room);
  fail('Conflict', 'The room was unfrozen at the same time. Retry with the same clientMessageId.');
}
