/**
 * What users ask for about their own data. The API only writes down that they have; the function `privacy`, on the
 * table's stream, does it. See docs/adr/0013.
 */
import { util } from '@aws-appsync/utils';
import { correlation } from './correlation';
import { failOn, isRefusedByCondition } from './errors';
import { callerId } from './identity';
import { isExpired } from './message';

/** @typedef {import('./types').Context} Context */
/** @typedef {import('./types').PrivacyJobRow} PrivacyJobRow */

/**
 * Writes the caller's job down, and has the function begin, unless there is one of the kind that still counts.
 *
 * @param {Context} ctx
 * @param {import('./types').PrivacyJobKind} kind
 * @param {string | null} before when a job was asked for that counts no more; null where every one counts
 * @returns {any} the write
 */
export function putJobRequest(ctx, kind, before) {
  const { username } = /** @type {import('./types').Identity} */ (ctx.identity);
  return {
    operation: 'PutItem',
    key: util.dynamodb.toMapValues({ userId: callerId(ctx), kind }),
    attributeValues: util.dynamodb.toMapValues({
      jobId: util.autoUlid(),
      status: 'PENDING',
      createdAt: util.time.nowISO8601(),
      username,
      // What the stream's filter lets pass; the number tells one turn of the function from the next.
      wakes: true,
      turn: 1,
      ...correlation(ctx),
    }),
    condition: {
      expression: before === null ? 'attribute_not_exists(userId)' : 'attribute_not_exists(userId) OR createdAt < :before',
      ...(before === null ? {} : { expressionValues: util.dynamodb.toMapValues({ ':before': before }) }),
    },
  };
}

/**
 * @param {Context} ctx `result` is the caller's job, new or from before
 * @returns {Record<string, unknown>} the schema's PrivacyJob
 */
export function answerJob(ctx) {
  if (!isRefusedByCondition(ctx.error)) {
    failOn(ctx.error);
  }
  return toPrivacyJob(ctx.result);
}

/**
 * @param {PrivacyJobRow} row
 * @returns {Record<string, unknown>} the row as the schema's PrivacyJob; `archives` is for the resolver of `downloads`
 */
export function toPrivacyJob(row) {
  const isKept = row.kind === 'EXPORT' && row.status === 'COMPLETED' && !isExpired(row);
  return {
    id: row.jobId,
    kind: row.kind,
    status: row.status,
    createdAt: row.createdAt,
    roomCount: row.roomCount ?? 0,
    completedAt: row.completedAt,
    expiresAt: isKept && row.expiresAt ? util.time.epochMilliSecondsToISO8601(row.expiresAt * 1000) : null,
    archives: isKept ? (row.archives ?? []) : [],
  };
}
