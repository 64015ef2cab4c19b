/**
 * Accounts that are being deleted. The function `privacy` replaces the profile and the presence with a marker for as
 * long as issued tokens may be valid, so code that reads one of them before a write detects the deletion at no extra
 * cost.
 */
import { fail } from './errors';

/** @typedef {import('./types').ProfileRow} ProfileRow */

/**
 * Ends the operation if the caller's account is deleted or being deleted.
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
 * @returns {ProfileRow | null} the profile; null if it does not exist or the account is being deleted
 */
export function activeProfile(profile) {
  return profile && !profile.deletedAt ? profile : null;
}
