/**
 * Accounts that are being deleted. The function `privacy` leaves a mark in place of the profile and of the presence,
 * for as long as tokens may still be good that were given out before: whoever reads one of the two before writing sees it
 * at no further cost.
 */
import { fail } from './errors';

/** @typedef {import('./types').ProfileRow} ProfileRow */

/**
 * Ends the operation of a caller whose account is being deleted, or is.
 *
 * @authorizes
 * @param {{ deletedAt?: string } | null | undefined} row the caller's profile, or presence
 */
export function assertAccountActive(row) {
  if (row?.deletedAt) {
    fail('Unauthorized', 'This account is being deleted and can no longer be used. Sign up for a new account.');
  }
}

/**
 * @param {ProfileRow | null | undefined} profile
 * @returns {ProfileRow | null} the profile of somebody who is there; null for whose account is being deleted, too
 */
export function activeProfile(profile) {
  return profile && !profile.deletedAt ? profile : null;
}
