/**
 * Pages that are filled by more than one query, because a query also returns rows that the page does not show, and
 * stops at 1 MB. One row more than the page is asked for, so that a last page has no cursor.
 */

/**
 * @typedef {object} Page
 * @property {Record<string, any>[]} rows what the page shows, and at most one row more
 * @property {string | number | null} position the key of the last row read, shown or not; null at the start
 * @property {boolean} isLast whether there is nothing after the position
 */

/**
 * @param {string | number | null} position where the page starts
 * @returns {Page}
 */
export function newPage(position) {
  return { rows: [], position, isLast: false };
}

/**
 * @param {Page} page
 * @param {number} limit
 * @returns {number} how many rows are still to be read
 */
export function missingRows(page, limit) {
  return page.isLast ? 0 : limit + 1 - page.rows.length;
}

/**
 * @param {Page} page
 * @param {number} limit
 * @returns {Record<string, any>[]} the rows to show
 */
export function shownRows(page, limit) {
  return page.rows.slice(0, limit);
}

/**
 * @param {Page} page
 * @param {number} limit
 * @param {string} key the name of the attribute that is the position
 * @returns {string | number | null} where the next page starts; null when there is none
 */
export function nextPosition(page, limit, key) {
  if (page.rows.length > limit) {
    return page.rows[limit - 1]?.[key];
  }
  return page.isLast ? null : page.position;
}
