/**
 * Permissions in a room that has admitted the caller. Owners rank above moderators, moderators above members, and the
 * groups Moderators and Admins above all of them. A caller can only moderate members of a lower rank.
 */
import { roles } from '../../contract/names.json';
import { fail } from './errors';
import { isGlobalModerator, isAdmin } from './identity';
import { admittedRoomId, canModerate } from './membership';

/** @typedef {import('./types').MembershipRow} MembershipRow */

const rankOfGroups = roles.length + 1;

/**
 * @param {MembershipRow | null | undefined} membership
 * @returns {number} 0 for users who are not active members
 */
function rankOf(membership) {
  return membership?.state === 'ACTIVE' ? roles.indexOf(membership.role) + 1 : 0;
}

/**
 * @authorizes
 * @param {import('./types').Context<never, 'admission'>} ctx
 * @returns {number}
 */
function callerRank(ctx) {
  admittedRoomId(ctx);
  return isGlobalModerator(ctx) ? rankOfGroups : rankOf(ctx.stash.admission?.membership);
}

/**
 * Ends the operation if the caller was not admitted to the room.
 *
 * @authorizes
 * @param {import('./types').Context<never, 'admission' | 'requiredRole'>} ctx
 * @returns {boolean} whether the caller has the role `ctx.stash.requiredRole`, which the resolver takes from its
 *   `@requires` tag; without it, the highest one is required
 */
export function hasRequiredRole(ctx) {
  admittedRoomId(ctx);
  const role = requiredRole(ctx);
  if (role === 'MEMBER') {
    return true;
  }
  if (role === 'MODERATOR') {
    return canModerate(ctx);
  }
  const isOwner = rankOf(ctx.stash.admission?.membership) === roles.length;
  return isOwner || (role === 'OWNER_OR_GLOBAL_MODERATOR' ? isGlobalModerator(ctx) : isAdmin(ctx));
}

/**
 * Ends the operation if the caller does not have the role `ctx.stash.requiredRole`.
 *
 * @authorizes
 * @param {import('./types').Context<never, 'admission' | 'requiredRole'>} ctx
 */
export function requireRole(ctx) {
  if (!hasRequiredRole(ctx)) {
    fail('Forbidden', 'You do not have permission to do this in this room. Ask an owner of the room.');
  }
}

/**
 * @param {import('./types').Context<never, 'requiredRole'>} ctx
 * @returns {import('./types').RoomRole | undefined}
 */
function requiredRole(ctx) {
  return ctx.stash.requiredRole;
}

/**
 * Ends the operation if the caller's rank is not higher than the user's.
 *
 * @authorizes
 * @param {import('./types').Context<never, 'admission'>} ctx
 * @param {MembershipRow | null} target
 */
export function requireRankAbove(ctx, target) {
  if (callerRank(ctx) <= rankOf(target)) {
    fail('Forbidden', 'You can only moderate members with a lower role than yours. Ask an owner of the room.');
  }
}
