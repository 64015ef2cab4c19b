/**
 * First step of sending: one strongly consistent read of the caller's membership, together with the room and the marker
 * that an earlier call with this clientMessageId may have left. Only who may send at this moment gets further, a
 * repeated call too.
 *
 * Room and marker are read as they were a moment ago, for half a unit each, because nothing is decided by them alone:
 * advanceRoom has the room's state among its conditions, and putIdempotencyRecord that there is no marker. Slow mode thus begins and
 * ends within a second of its setting, and a call that is repeated within that second may waste a number, which
 * closeGaps closes; see docs/adr/0009.
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

/** @param {import('../shared/types').Context} ctx */
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

/** @param {import('../shared/types').Context} ctx */
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
