/**
 * First step of sending: one strongly consistent read of the caller's membership and of the marker that an earlier
 * call with this clientMessageId may have left. Only who may send at this moment gets further, a repeated call too.
 *
 * @dataSource memberships
 * @access dynamodb:BatchGetItem memberships
 * @access dynamodb:BatchGetItem deduplication
 */
import { util } from '@aws-appsync/utils';
import { tables } from '../shared/environment';
import { fail, failOn, failOnUnprocessedKeys } from '../shared/errors';
import { callerId } from '../shared/identity';
import { admit, failIfMuted } from '../shared/membership';
import { isExpired } from '../shared/message';

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
        consistentRead: true,
      },
    },
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(ctx.error);
  failOnUnprocessedKeys(ctx.result);
  const membership = ctx.result.data[tables.memberships][0] ?? null;
  admit(ctx, membership);
  failIfMuted(ctx, membership);
  const marker = ctx.result.data[tables.deduplication][0];
  if (marker) {
    ctx.stash.seq = marker.seq;
    ctx.stash.isMarked = true;
    ctx.stash.expiresAt = marker.messageExpiresAt;
    if (isExpired({ expiresAt: marker.messageExpiresAt })) {
      fail('NotFound', 'This message was sent, and has expired since. Send a new one with a new clientMessageId.');
    }
  }
}
