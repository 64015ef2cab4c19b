/**
 * Which request led to a change: AppSync's id of it, as in its log and in the response header `x-amzn-requestid`, stands in
 * the row that the request writes. The table's stream brings it to the functions, which put it into their logs.
 *
 * AWS does not document that resolvers see the header, nor that a client cannot send one. Without it rows have no id, and
 * logs no connection to the request; an id of another form is not used. 45 bytes, and nothing that the API shows: only
 * changes that lead to something later have it.
 */
import { isWhole } from './characters';

/** @typedef {import('./types').Context} Context */

const requestIdHeader = 'x-amzn-requestid';
const requestIdPattern = '[A-Za-z0-9-]{1,64}';

/**
 * @param {Context} ctx
 * @returns {{ requestId?: string }} the attribute for a row; none where there is no id
 */
export function correlation(ctx) {
  const requestId = ctx.request?.headers?.[requestIdHeader];
  return requestId && isWhole(requestIdPattern, requestId) ? { requestId } : {};
}
