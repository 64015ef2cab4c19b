/**
 * Reads the room if the condition of releaseOwner failed, and decides the reason: a first attempt whose response was
 * lost already changed the count; the last owner is also the last member and may archive the room; or the last owner
 * has to stay. Costs nothing if the count was changed.
 *
 * @dataSource rooms
 * @access dynamodb:GetItem rooms
 */
import { fail } from '../shared/errors';
import { admittedRoomId, failUnknownRoom } from '../shared/membership';
import { readRefused, refusedRow } from '../shared/refusal';

/** @param {import('../shared/types').RequestContext<'confirmRelease'>} ctx */
export function request(ctx) {
  return readRefused(ctx, { roomId: admittedRoomId(ctx) });
}

/** @param {import('../shared/types').ResponseContext<'confirmRelease', { plan: import('../shared/membershipChange').MembershipChange }>} ctx */
export function response(ctx) {
  const room = /** @type {import('../shared/types').RoomRow | null} */ (refusedRow(ctx));
  if (!room) {
    failUnknownRoom();
  }
  if (room.lastChangeId === ctx.stash.releaseId) {
    ctx.stash.isOwnerReleased = true;
    return;
  }
  if (room.archivedAt || room.ownerCount > 1) {
    fail('Conflict', 'The owners of the room changed at the same time. Retry the request unchanged.');
  }
  if (!ctx.stash.plan.mayArchive || room.memberCount !== 1) {
    fail('Conflict', 'A room needs at least one owner. Make another member an owner with setMemberRole first.');
  }
  ctx.stash.isArchiving = true;
}
