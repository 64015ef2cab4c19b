/**
 * What a membership that exists already means for its owner's wish to join.
 */
import { failBanned, toMembership } from './membership';

/** @typedef {import('./types').Context} Context */
/** @typedef {import('./types').MembershipRow} MembershipRow */

/**
 * Makes an active membership the answer, and ends the operation for a banned one. Any other is replaced by joining,
 * for which an invitation opens rooms that are not public.
 *
 * @param {Context} ctx
 * @param {MembershipRow | null | undefined} membership
 */
export function answerMember(ctx, membership) {
  if (membership?.state === 'BANNED') {
    failBanned();
  }
  if (membership?.state === 'ACTIVE') {
    ctx.stash.membership = toMembership(membership);
  }
  ctx.stash.isInvited = membership?.state === 'INVITED';
}
