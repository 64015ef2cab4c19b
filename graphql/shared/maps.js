/**
 * Maps by a name that a user may have chosen: an id, an emoji. A plain object has members of its own, such as `constructor`
 * and `__proto__`; with a colon before the name none of them is met, when the map passes through the stash either.
 */

/**
 * @param {string} name
 * @returns {string} the key of the name in a map
 */
export function keyOf(name) {
  return `:${name}`;
}

/**
 * @param {Record<string, unknown>} map whose keys are from keyOf
 * @returns {string[]} the names in it
 */
export function namesOf(map) {
  return Object.keys(map).map((key) => key.slice(1));
}
