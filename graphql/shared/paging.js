/**
 * Pages that are filled by more than one query, because a query also returns rows that the page does not show, and
 * stops at 1 MB. One row more than the page is asked for, so that a last page has no cursor.
 */
import { runtime, util } from '@aws-appsync/utils';
import { pageSizeMaximum } from '../../contract/limits.json';

/** @typedef {import('./types').Context} Context */

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
 * Asks for the next rows of a page in `ctx.stash.page` that shows some of the rows that it reads only: at first as many as it
 * shows, and then, to fill up what the others have left short, a hundred at a time. Skipped where the page is full.
 *
 * @param {Context} ctx `stash.limit`
 * @param {{ key: string, roomId: string, start: string | null, isNewestFirst: boolean }} list the sort key by which it is
 *   ordered, below the room; where it starts
 * @returns {any} the query
 */
export function queryRoomPage(ctx, { key, roomId, start, isNewestFirst }) {
  const isFirst = !ctx.stash.page;
  const page = ctx.stash.page ?? newPage(start);
  ctx.stash.page = page;
  const missing = missingRows(page, ctx.stash.limit);
  if (missing === 0) {
    runtime.earlyReturn({});
  }
  const isStart = page.position === null;
  return {
    operation: 'Query',
    query: {
      expression: isStart ? 'roomId = :room' : `roomId = :room AND ${key} ${isNewestFirst ? '<' : '>'} :position`,
      expressionValues: util.dynamodb.toMapValues({ ':room': roomId, ...(isStart ? {} : { ':position': page.position }) }),
    },
    scanIndexForward: !isNewestFirst,
    limit: isFirst ? missing : pageSizeMaximum,
  };
}

/**
 * Adds what queryRoomPage has read to the page.
 *
 * @param {Context} ctx
 * @param {string} key as there
 * @param {string} attribute by which a row is shown
 * @param {string} value that it has then
 */
export function addToPage(ctx, key, attribute, value) {
  const { items, nextToken } = ctx.result;
  const { rows, position } = ctx.stash.page;
  ctx.stash.page = {
    rows: [...rows, ...items.filter((/** @type {Record<string, any>} */ row) => row[attribute] === value)],
    position: items[items.length - 1]?.[key] ?? position,
    isLast: !nextToken,
  };
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
