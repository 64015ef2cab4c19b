/**
 * Archives a room permanently: members can still read it, and it is no longer listed.
 *
 * @requires OWNER
 * @pipeline requireMembership, assertRoomVisible, logAction, archiveRoom, confirmRoomChange, revertLogEntry
 */
import { assertNotDirect, toChatRoom } from '../shared/room';
import { optionalReason, requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.archiveChatRoom'>} ctx */
export function request(ctx) {
  ctx.stash.roomId = requiredRoomId('id', ctx.args.id);
  ctx.stash.loggedAction = { action: 'ROOM_ARCHIVED', ...optionalReason('reason', ctx.args.reason) };
  assertNotDirect(ctx.stash.roomId);
  ctx.stash.requiredRole = REQUIRED_ROLE;
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.archiveChatRoom', { room: import('../shared/types').RoomRow }>} ctx */
export function response(ctx) {
  return toChatRoom(ctx.stash.room);
}
