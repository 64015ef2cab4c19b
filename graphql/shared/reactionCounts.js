/**
 * Counts of reactions from a message's row; see reactions.js.
 */
import { reactionCountPrefix } from '../../contract/names.json';
import { keyOf, namesOf } from './maps';

/** @typedef {import('./types').MessageRow} MessageRow */

/**
 * @param {string} emoji
 * @returns {string} the attribute of the message that counts the emoji's rows. A separate attribute, not an entry of
 *   a map, because ADD creates a missing attribute, but no missing entry
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
 * @returns {{ emoji: string, count: number }[]} the number of reactions with each emoji, ordered by emoji
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
