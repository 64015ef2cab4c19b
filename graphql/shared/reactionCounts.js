/**
 * Counts of reactions from a message's row; see reactions.js.
 */
import { reactionCountPrefix } from '../../contract/names.json';
import { keyOf, namesOf } from './maps';

/** @typedef {import('./types').MessageRow} MessageRow */

/**
 * @param {string} emoji
 * @returns {string} the attribute of the message that counts the emoji's rows. Of its own and not in a map, because ADD
 *   makes an attribute that is not there, and nothing inside of one
 */
export function countAttribute(emoji) {
  return `${reactionCountPrefix}${emoji}`;
}

/**
 * @param {string} reactionId
 * @returns {{ emoji: string, userId: string }}
 */
export function splitReactionId(reactionId) {
  const end = reactionId.lastIndexOf('#');
  return { emoji: reactionId.slice(0, end), userId: reactionId.slice(end + 1) };
}

/**
 * @param {MessageRow} row
 * @returns {{ emoji: string, count: number }[]} how often each emoji was given, in the order of the emoji
 */
export function countReactions(row) {
  if (row.deletedAt) {
    return [];
  }
  /** @type {Record<string, number>} */
  const counts = {};
  for (const reactionId of row.reactions ?? []) {
    const { emoji } = splitReactionId(reactionId);
    const key = keyOf(emoji);
    counts[key] = (counts[key] ?? 0) + 1;
  }
  const attributes = /** @type {Record<string, any>} */ (row);
  for (const name of Object.keys(attributes)) {
    if (name.startsWith(reactionCountPrefix)) {
      const key = keyOf(name.slice(reactionCountPrefix.length));
      counts[key] = (counts[key] ?? 0) + attributes[name];
    }
  }
  return namesOf(counts)
    .sort()
    .map((emoji) => ({ emoji, count: counts[keyOf(emoji)] ?? 0 }))
    .filter(({ count }) => count > 0);
}
