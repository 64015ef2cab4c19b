/**
 * Which request led to a change: AppSync's id of it, as in its log and in the response header `x-amzn-requestid`, stands in
 * the row that the request writes. The table's stream brings it to the functions, which put it into their logs.
 *
 * AppSync gives every request this header itself, whatever a client sends. 45 bytes, and nothing that the API shows: only
 * changes that lead to something later have it.
 */

/** @typedef {import('./types').Context} Context */

const requestIdHeader = 'x-amzn-requestid';

/**
 * @param {Context} ctx
 * @returns {{ requestId?: string }} the attribute for a row; none where the code is evaluated outside of a request
 */
export function correlation(ctx) {
  const requestId = ctx.request?.headers?.[requestIdHeader];
  return requestId ? { requestId } : {};
}
