/**
 * Who calls: from the verified token, never from an argument.
 */
import { fail } from './errors';

/** @typedef {import('./types').Context} Context */
/** @typedef {import('./types').Identity} Identity */

/** Groups whose members may act in any room. */
const powerfulGroups = ['Admins', 'Moderators'];

/**
 * @param {Context} ctx
 * @returns {Identity}
 */
function identity(ctx) {
  const caller = /** @type {Identity | null | undefined} */ (ctx.identity);
  if (!caller?.sub) {
    fail('Unauthorized', 'Sign in with the user pool: this operation needs a user.');
  }
  return caller;
}

/**
 * @param {Context} ctx
 * @returns {string} the caller's user id
 */
export function callerId(ctx) {
  return identity(ctx).sub;
}

/**
 * @param {Context} ctx
 * @returns {string[]} the caller's groups
 */
export function callerGroups(ctx) {
  return identity(ctx).groups ?? [];
}

/**
 * The name for a caller who has no profile: the token's `name` (ID tokens carry it), else the user name.
 *
 * @param {Context} ctx
 * @returns {string}
 */
export function callerName(ctx) {
  const caller = identity(ctx);
  return caller.claims?.name ?? caller.username;
}

/**
 * @param {Context} ctx
 * @returns {boolean} whether the caller may act in any room
 */
export function actsInAnyRoom(ctx) {
  return callerGroups(ctx).some((group) => powerfulGroups.indexOf(group) >= 0);
}
