/**
 * Pages that are filled by more than one query, because a query also returns rows that the page does not show, and
 * stops at 1 MB. One row more than the page is read, so that the last page has no cursor.
 */
import { runtime, util } from '@aws-appsync/utils';


/**
 * @template Row
 * @typedef {object} Page
 * @property {Row[]} rows the rows of the page, and at most one more
 * @property {string | number | null} position the key of the last row read, shown or not; null at the start
 * @property {boolean} isLast whether no row follows the position
 */

/**
 * @param {string | number | null} position where the page starts
 * @returns {Page<any>}
 */
export function newPage(position) {
  return { rows: [], position, isLast: false };
}

/**
 * @param {Page<unknown>} page
 * @param {number} limit
 * @returns {number} the number of rows that are still to be read
 */
export function missingRows(page, limit) {
  return page.isLast ? 0 : limit + 1 - page.rows.length;
}

/**
 * @typedef {object} Listing
 * @property {string} [index]
 * @property {{ name: string, value: string }} partition
 * @property {string} key the sort key
 * @property {string | number | null} start the sort key after which the first page starts; null for the start
 * @property {boolean} isNewestFirst
 */

/**
 * Queries the next rows of the page in `ctx.stash.page`; skipped if the page is full.
 *
 * @param {import('./types').Context<'limit' | { page?: Page<any> }>} ctx
 * @param {Listing} listing
 * @param {number} [batch] the number of rows read at once after the first query; by default as many as are missing
 * @returns {any} the query
 */
export function queryPage(ctx, listing, batch) {
  const { index, partition, key, start, isNewestFirst } = listing;
  const isFirst = !ctx.stash.page;
  const page = ctx.stash.page ?? newPage(start);
  ctx.stash.page = page;
  const missing = missingRows(page, ctx.stash.limit);
  if (missing === 0) {
    runtime.earlyReturn({});
  }
  const isStart = page.position === null;
  const below = `${partition.name} = :partition`;
  return {
    operation: 'Query',
    ...(index ? { index } : {}),
    query: {
      expression: isStart ? below : `${below} AND ${key} ${isNewestFirst ? '<' : '>'} :position`,
      expressionValues: util.dynamodb.toMapValues({
        ':partition': partition.value,
        ...(isStart ? {} : { ':position': page.position }),
      }),
    },
    scanIndexForward: !isNewestFirst,
    limit: isFirst ? missing : (batch ?? missing),
  };
}

/**
 * Adds the rows that queryPage has read to the page.
 *
 * @template Row
 * @param {import('./types').Context<{ page: Page<Row> }>} ctx
 * @param {string} key the sort key
 * @param {Row[]} rows the rows of `ctx.result.items` that belong to the page
 */
export function addToPage(ctx, key, rows) {
  const { items, nextToken } = ctx.result;
  const { page } = ctx.stash;
  ctx.stash.page = {
    rows: [...page.rows, ...rows],
    position: items[items.length - 1]?.[key] ?? page.position,
    isLast: !nextToken,
  };
}

/**
 * @template Row
 * @param {Page<Row>} page
 * @param {number} limit
 * @returns {Row[]} the rows to show
 */
export function pageItems(page, limit) {
  return page.rows.slice(0, limit);
}

/**
 * @param {Page<Record<string, any>>} page
 * @param {number} limit
 * @param {string} key the sort key
 * @returns {string | number | null} the position where the next page starts; null if this is the last page
 */
export function nextPosition(page, limit, key) {
  if (page.rows.length > limit) {
    return page.rows[limit - 1]?.[key];
  }
  return page.isLast ? null : page.position;
}
