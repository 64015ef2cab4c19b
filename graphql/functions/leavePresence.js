/**
 * Makes the event of how the caller is present. Stores nothing, unless a room hears of it and the selection was not complete:
 * then it leaves the event in the row of the room, for the stream.
 *
 * @dataSource rooms
 * @access dynamodb:UpdateItem,dynamodb:GetItem rooms
 */
import { runtime } from '@aws-appsync/utils';
import { presenceMembersMaximum } from '../../contract/limits.json';
import { isPresenceShed } from '../shared/load';
import { toPresenceEvent } from '../shared/presence';
import { failOnUntold, leaveSignal } from '../shared/unpublished';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const room = /** @type {import('../shared/types').RoomRow | undefined} */ (ctx.stash.room);
  const isHeard = !!room && room.memberCount <= presenceMembersMaximum && !isPresenceShed();
  const event = toPresenceEvent(ctx, isHeard ? room.roomId : null, room?.lastSeq ?? null);
  ctx.stash.presence = event;
  if (!isHeard) {
    runtime.earlyReturn({});
  }
  const { status, lastSeenAt } = event;
  return leaveSignal(ctx, { kind: 'PRESENCE', status, lastSeenAt, headSeq: room.lastSeq });
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOnUntold(ctx);
}
