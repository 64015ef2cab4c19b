/**
 * Maps whose keys users may choose, such as ids and emoji. A plain object has built-in members, such as `constructor`
 * and `__proto__`; a colon before the key avoids them, also when the map passes through the stash.
 */

/**
 * @param {string} name
 * @returns {string} the key for the name in a map
 */
export function keyOf(name) {
  return `:${name}`;
}

/**
 * @param {Record<string, unknown>} map with keys from keyOf
 * @returns {string[]} the names of its keys
 */
export function namesOf(map) {
  return Object.keys(map).map((key) => key.slice(1));
}
