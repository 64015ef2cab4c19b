/**
 * Reads the room if the condition of updateRoom or archiveRoom failed, and decides whether a first attempt whose
 * response was lost made the change, or why it was refused. A room that is already archived is a success for
 * archiveChatRoom. Costs nothing if the change was made.
 *
 * @dataSource rooms
 * @access dynamodb:GetItem rooms
 */
import { admittedRoomId } from '../shared/membership';
import { readRefused } from '../shared/refusal';

/** @param {import('../shared/types').RequestContext<'confirmRoomChange'>} ctx */
export function request(ctx) {
  return readRefused(ctx, { roomId: admittedRoomId(ctx) });
}

/** @param {import('../shared/types').ResponseContext<'confirmRoomChange'>} ctx */
export function response(ctx) {
  if (ctx.error) {
    // It is unknown whether the change was made, so its log entry stays.
    ctx.stash.failure = ctx.error;
    return;
  }
  const room = /** @type {import('../shared/types').RoomRow | null} */ (ctx.result);
  ctx.stash.room = room;
  ctx.stash.mustRevertLogEntry = room?.lastChangeId !== ctx.stash.auditId;
  ctx.stash.failure = ctx.stash.mustRevertLogEntry ? refusal(ctx.stash.loggedAction.action === 'ROOM_ARCHIVED', room) : null;
}

/**
 * @param {boolean} isArchiving
 * @param {import('../shared/types').RoomRow | null} room
 * @returns {{ type: string, message: string } | null} null if the room is already as requested
 */
function refusal(isArchiving, room) {
  if (!room) {
    return { type: 'NotFound', message: 'The room does not exist. Check the id.' };
  }
  if (room.archivedAt) {
    return isArchiving
      ? null
      : { type: 'RoomFrozen', message: 'The room is archived and cannot be changed.' };
  }
  return {
    type: 'Conflict',
    message: `The room has version ${room.version} now. Read the room again and update that version.`,
  };
}
