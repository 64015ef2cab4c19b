/**
 * Builds the caller's presence event. Writes nothing unless the event goes to a room and the selection was incomplete:
 * then it stores the event in the room's row for the stream.
 *
 * @dataSource rooms
 * @access dynamodb:UpdateItem,dynamodb:GetItem rooms
 */
import { runtime } from '@aws-appsync/utils';
import { presenceMembersMaximum } from '../../contract/limits.json';
import { isPresenceDisabled } from '../shared/loadShedding';
import { toPresenceEvent } from '../shared/presence';
import { throwIfNotStored, storeUnpublishedEvent } from '../shared/unpublished';

/** @param {import('../shared/types').RequestContext<'buildPresenceEvent'>} ctx */
export function request(ctx) {
  const room = /** @type {import('../shared/types').RoomRow | undefined} */ (ctx.stash.room);
  const isBroadcast = !!room && room.memberCount <= presenceMembersMaximum && !isPresenceDisabled();
  const event = toPresenceEvent(ctx, isBroadcast ? room.roomId : null, room?.lastSeq ?? null);
  ctx.stash.presence = event;
  if (!isBroadcast) {
    runtime.earlyReturn({});
  }
  const { status, lastSeenAt } = event;
  return storeUnpublishedEvent(ctx, { kind: 'PRESENCE', status, lastSeenAt, headSeq: room.lastSeq });
}

/** @param {import('../shared/types').ResponseContext<'buildPresenceEvent'>} ctx */
export function response(ctx) {
  throwIfNotStored(ctx);
}
