/**
 * The request that led to a change. AppSync's request id, as in its log and in the response header `x-amzn-requestid`,
 * is stored in the row that the request writes. The table's stream delivers it to the functions, which log it.
 *
 * AWS does not document that resolvers receive the header, or that a client cannot send it. Without it, rows have no
 * id and logs cannot be related to the request; an id of another format is ignored. The attribute takes 45 bytes and
 * is not in the API; only changes that have later effects store it.
 */
import { isWhole } from './characters';

/** @typedef {import('./types').Context} Context */

const requestIdHeader = 'x-amzn-requestid';
const requestIdPattern = '[A-Za-z0-9-]{1,64}';

/**
 * @param {Context} ctx
 * @returns {{ requestId?: string }} the attribute for a row; empty if there is no id
 */
export function correlation(ctx) {
  const requestId = ctx.request?.headers?.[requestIdHeader];
  return requestId && isWhole(requestIdPattern, requestId) ? { requestId } : {};
}
