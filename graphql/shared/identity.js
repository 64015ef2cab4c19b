/**
 * The caller's identity, always from the verified token and never from an argument.
 */
import { displayNameLength } from '../../contract/limits.json';
import { adminGroup, moderatorGroup } from '../../contract/names.json';
import { cut, isLine } from './characters';
import { fail } from './errors';

/** @typedef {import('./types').Context} Context */
/** @typedef {import('./types').Identity} Identity */

/** Groups of global moderators. */
const moderatingGroups = [adminGroup, moderatorGroup];

/**
 * @guards
 * @param {Context} ctx
 * @returns {Identity}
 */
function identity(ctx) {
  const caller = /** @type {Identity | null | undefined} */ (ctx.identity);
  if (!caller?.sub) {
    fail('Unauthorized', 'This operation requires a signed-in user. Sign in with the user pool.');
  }
  return caller;
}

/**
 * @guards
 * @param {Context} ctx
 * @returns {string} the caller's user id
 */
export function callerId(ctx) {
  return identity(ctx).sub;
}

/**
 * @authorizes
 * @param {Context} ctx
 * @returns {string[]} the caller's groups
 */
export function callerGroups(ctx) {
  return identity(ctx).groups ?? [];
}

/**
 * Returns the name of a caller without a profile: the token's `name` (ID tokens have it), otherwise the user name,
 * otherwise a name derived from the id. A user name that is an e-mail address or equals the id is not used.
 *
 * @guards
 * @param {Context} ctx
 * @returns {string}
 */
export function callerName(ctx) {
  const { sub, username, claims } = identity(ctx);
  const name = (claims?.name ?? '').trim();
  if (name && isLine(name)) {
    return cut(name, displayNameLength);
  }
  const isPublicName = username && username !== sub && username.indexOf('@') < 0;
  return isPublicName ? cut(username, displayNameLength) : `user-${sub.slice(0, 8)}`;
}

/**
 * @authorizes
 * @param {Context} ctx
 * @returns {boolean} whether the caller has a moderator's permissions in every room
 */
export function isGlobalModerator(ctx) {
  return callerGroups(ctx).some((group) => moderatingGroups.indexOf(group) >= 0);
}

/**
 * @authorizes
 * @param {Context} ctx
 * @returns {boolean} whether the caller has an owner's permissions in every room
 */
export function isAdmin(ctx) {
  return callerGroups(ctx).indexOf(adminGroup) >= 0;
}
