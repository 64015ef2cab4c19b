/**
 * Rules for joining: how an existing membership and the room's visibility affect the request.
 */
import { fail } from './errors';
import { failBanned, toMembership } from './membership';

/** @typedef {import('./types').MembershipRow} MembershipRow */

/**
 * Makes an active membership the result, and ends the operation for a banned member. Joining replaces any other
 * membership; rooms that are not public require an invitation.
 *
 * @authorizes
 * @param {import('./types').Context<never, 'membership' | 'isInvited'>} ctx
 * @param {MembershipRow | null | undefined} membership
 */
export function acceptExistingMembership(ctx, membership) {
  if (membership?.state === 'BANNED') {
    failBanned();
  }
  if (membership?.state === 'ACTIVE') {
    ctx.stash.membership = toMembership(membership);
  }
  ctx.stash.isInvited = membership?.state === 'INVITED';
}

/**
 * @authorizes
 * @param {import('./types').RoomRow} room
 * @param {boolean} isInvited
 * @returns {boolean} whether the room admits a new member
 */
export function isOpenTo(room, isInvited) {
  return room.visibility === 'PUBLIC' || (isInvited && room.visibility !== 'DIRECT');
}

/**
 * @returns {never}
 */
export function failChangedMembership() {
  fail('Conflict', 'Your membership or the room changed at the same time. Join again.');
}
