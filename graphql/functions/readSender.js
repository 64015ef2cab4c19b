/**
 * First step of sending: one strongly consistent read of the caller's membership, together with the room and the
 * idempotency record that an earlier call with this clientMessageId may have stored. Ends the operation, also of a
 * repeated call, if the caller cannot send at this moment.
 *
 * Room and idempotency record are read with eventual consistency, for half a unit each, because they decide nothing
 * alone: advanceRoom checks the room's state in its condition, and putIdempotencyRecord that no record exists. Slow
 * mode therefore begins and ends within a second of its setting, and a call that is repeated within that second may
 * waste a number, which closeGaps closes; see docs/adr/0009.
 *
 * @authorizes MEMBER
 * @dataSource memberships
 * @access dynamodb:BatchGetItem memberships
 * @access dynamodb:BatchGetItem rooms
 * @access dynamodb:BatchGetItem deduplication
 */
import { util } from '@aws-appsync/utils';
import { tables } from '../shared/environment';
import { fail, throwIfError, throwIfUnprocessedKeys } from '../shared/errors';
import { callerId } from '../shared/identity';
import { admit, failIfMuted } from '../shared/membership';
import { isExpired } from '../shared/message';
import { toRules } from '../shared/room';

/** @param {import('../shared/types').RequestContext<'readSender'>} ctx */
export function request(ctx) {
  const { roomId, senderId, clientMessageId } = ctx.stash;
  return {
    operation: 'BatchGetItem',
    tables: {
      [tables.memberships]: {
        keys: [util.dynamodb.toMapValues({ roomId, userId: callerId(ctx) })],
        consistentRead: true,
      },
      [tables.deduplication]: {
        keys: [util.dynamodb.toMapValues({ senderId, clientMessageId })],
      },
      [tables.rooms]: { keys: [util.dynamodb.toMapValues({ roomId })] },
    },
  };
}

/** @param {import('../shared/types').ResponseContext<'readSender'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  throwIfUnprocessedKeys(ctx.result);
  const membership = ctx.result.data[tables.memberships][0] ?? null;
  ctx.stash.room = toRules(ctx.result.data[tables.rooms][0]);
  admit(ctx, membership);
  failIfMuted(ctx, membership);
  const marker = ctx.result.data[tables.deduplication][0];
  if (marker) {
    ctx.stash.seq = marker.seq;
    ctx.stash.hasIdempotencyRecord = true;
    ctx.stash.expiresAt = marker.messageExpiresAt;
    if (isExpired({ expiresAt: marker.messageExpiresAt })) {
      fail('NotFound', 'This message was sent and has since expired. Send a new message with a new clientMessageId.');
    }
  }
}
