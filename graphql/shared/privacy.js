/**
 * Privacy jobs: exports and deletions of the caller's data. The API only stores the job; the function `privacy`, on the
 * table's stream, runs it. See docs/adr/0013.
 */
import { util } from '@aws-appsync/utils';
import { isExpired } from './message';

/** @typedef {import('./types').PrivacyJobRow} PrivacyJobRow */

/**
 * @param {PrivacyJobRow} row
 * @returns the row as the schema's PrivacyJob; `archives` is for the resolver of `downloads`
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
