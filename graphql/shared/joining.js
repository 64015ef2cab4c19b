/**
 * What a membership that exists already means for its owner's wish to join.
 */
import { fail } from './errors';
import { toMembership } from './membership';

/** @typedef {import('./types').Context} Context */
/** @typedef {import('./types').MembershipRow} MembershipRow */

/**
 * Makes an active membership the answer, and ends the operation for a banned one. Any other is replaced by joining.
 *
 * @param {Context} ctx
 * @param {MembershipRow | null | undefined} membership
 */
export function answerMember(ctx, membership) {
  if (membership?.state === 'BANNED') {
    fail('Banned', 'You are banned from this room. Ask its owner or a moderator to lift the ban.');
  }
  if (membership?.state === 'ACTIVE') {
    ctx.stash.membership = toMembership(membership);
  }
}
