/**
 * Says how the caller is present: when that changes, and as the heartbeat of every minute. The room that the caller looks
 * at hears of it, unless it is large: in a room of n members every minute would bring n times n events.
 *
 * @pipeline readOwnPresence, savePresence
 */
import { util } from '@aws-appsync/utils';
import { callerId } from '../shared/identity';
import { presenceMembersMaximum } from '../shared/limits';
import { isPresenceShed } from '../shared/load';
import { checkNames } from '../shared/selection';
import { requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  checkNames(ctx);
  const { status, chatRoomId } = ctx.args;
  ctx.stash.status = status;
  ctx.stash.roomId = chatRoomId === null || chatRoomId === undefined ? null : requiredRoomId('chatRoomId', chatRoomId);
  return {};
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  const { status, before } = ctx.stash;
  const room = /** @type {import('../shared/types').RoomRow | undefined} */ (ctx.stash.room);
  const isHeard = room && room.memberCount <= presenceMembersMaximum && !isPresenceShed();
  const isStillOffline = status === 'OFFLINE' && before?.status === 'OFFLINE';
  return {
    userId: callerId(ctx),
    status,
    lastSeenAt: isStillOffline ? before.lastSeenAt : util.time.nowISO8601(),
    chatRoomId: isHeard ? room.roomId : null,
    headSeq: room?.lastSeq,
  };
}
