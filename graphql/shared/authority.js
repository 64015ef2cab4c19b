/**
 * Who may do what in a room that has admitted the caller. Owners stand above moderators, moderators above members, and
 * the groups Moderators and Admins above them all; one acts only on those below.
 */
import { fail } from './errors';
import { actsInAnyRoom, ownsAnyRoom } from './identity';
import { admittedRoomId, keepsOrder } from './membership';

/** @typedef {import('./types').Context} Context */
/** @typedef {import('./types').MembershipRow} MembershipRow */

/** @type {Record<string, number>} */
const ranks = { MEMBER: 1, MODERATOR: 2, OWNER: 3 };
const rankOfGroups = 4;

/**
 * @param {MembershipRow | null | undefined} membership
 * @returns {number} 0 for who is not in the room
 */
function rankOf(membership) {
  return membership?.state === 'ACTIVE' ? ranks[membership.role] ?? 0 : 0;
}

/**
 * @param {Context} ctx
 * @returns {number}
 */
function callerRank(ctx) {
  admittedRoomId(ctx);
  return actsInAnyRoom(ctx) ? rankOfGroups : rankOf(ctx.stash.admission.membership);
}

/**
 * Ends the operation of a caller who does not keep order in the room.
 *
 * @param {Context} ctx
 */
export function requireModerator(ctx) {
  admittedRoomId(ctx);
  if (!keepsOrder(ctx)) {
    fail('Forbidden', 'Only owners and moderators of the room may do this. Ask one of them.');
  }
}

/**
 * Ends the operation of a caller who does not have what `ctx.stash.needs` says: `MODERATOR`, who keeps order; `ROOM_SETTINGS`,
 * an owner or somebody who acts in any room; `OWNER`, an owner or a member of the group Admins.
 *
 * @param {Context} ctx
 */
export function requireAuthority(ctx) {
  const { needs } = ctx.stash;
  if (needs === 'MODERATOR') {
    requireModerator(ctx);
    return;
  }
  const isOwner = rankOf(ctx.stash.admission?.membership) === ranks.OWNER;
  const isAbove = needs === 'ROOM_SETTINGS' ? actsInAnyRoom(ctx) : ownsAnyRoom(ctx);
  if (!isOwner && !isAbove) {
    fail('Forbidden', 'Only an owner of the room may do this. Ask one of them.');
  }
}

/**
 * Ends the operation when the caller does not stand above the user it is about.
 *
 * @param {Context} ctx
 * @param {MembershipRow | null} target
 */
export function requireRankAbove(ctx, target) {
  if (callerRank(ctx) <= rankOf(target)) {
    fail('Forbidden', 'The user stands as high in this room as you do. Ask somebody who stands higher.');
  }
}
