/**
 * Reports of messages: the queue that a room's moderators review.
 */
import { toMessageId } from './message';

/** @typedef {import('./types').ReportRow} ReportRow */

/** Pattern of the key of a report in its room, for isWhole. */
export const reportIdPattern = '[0-9]{10}:[A-Za-z0-9_-]{1,64}';

const zeros = '0000000000';

/**
 * @param {number} seq the message's sequence number
 * @param {string} reporterId
 * @returns {string} the key of the report: the same for every report of the message by the user
 */
export function reportIdOf(seq, reporterId) {
  const digits = `${seq}`;
  return `${zeros.slice(digits.length)}${digits}:${reporterId}`;
}

/**
 * @param {ReportRow} row
 * @returns {Record<string, unknown>} the row as the schema's Report
 */
export function toReport(row) {
  return {
    id: row.reportId,
    chatRoomId: row.roomId,
    messageId: toMessageId(row.roomId, row.seq),
    seq: row.seq,
    authorId: row.authorId,
    reporterId: row.reporterId,
    reporterName: row.reporterName,
    reason: row.reason,
    status: row.status,
    resolution: row.resolution,
    resolvedBy: row.resolvedBy,
    resolvedAt: row.resolvedAt,
    createdAt: row.createdAt,
  };
}
