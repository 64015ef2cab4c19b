/**
 * Presence: the last status that a user's client sent, and the time. Readers decide from the time whether the status
 * is still valid.
 */
import { util } from '@aws-appsync/utils';
import { offlineSeconds, presenceShards } from '../../contract/limits.json';
import { callerId } from './identity';

/** @typedef {import('./types').PresenceRow} PresenceRow */

const digits = '0123456789abcdef';

/**
 * @param {string} userId
 * @returns {string} the shard of the index byOnline for the user, unless the status is OFFLINE
 */
export function onlineShard(userId) {
  const last = userId.slice(-1).toLowerCase();
  return `${Math.max(0, digits.indexOf(last)) % presenceShards}`;
}

/**
 * @param {string} time
 * @returns {number} its age in milliseconds
 */
export function ageOf(time) {
  return util.time.nowEpochMilliSeconds() - util.time.parseISO8601ToEpochMilliSeconds(time);
}

/**
 * @param {string} userId
 * @param {PresenceRow | null | undefined} row
 * @returns {Record<string, unknown>} the row as the schema's UserPresence
 */
export function toUserPresence(userId, row) {
  const isStale = !row || ageOf(row.lastSeenAt) > offlineSeconds * 1000;
  return { userId, status: isStale ? 'OFFLINE' : row.status, lastSeenAt: row?.lastSeenAt };
}

/**
 * @param {import('./types').Context<'status', 'previousPresence'>} ctx after savePresence
 * @param {string | null} chatRoomId the room that receives the event; null for none
 * @param {number | null} headSeq the last sequence number of the room that the caller views
 * @returns {{ userId: string, status: string, lastSeenAt: string, chatRoomId: string | null, headSeq: number | null }} the
 *   caller's UserPresence
 */
export function toPresenceEvent(ctx, chatRoomId, headSeq) {
  const { status, previousPresence: before } = ctx.stash;
  const isStillOffline = status === 'OFFLINE' && before?.status === 'OFFLINE';
  return {
    userId: callerId(ctx),
    status,
    lastSeenAt: isStillOffline ? before.lastSeenAt : util.time.nowISO8601(),
    chatRoomId,
    headSeq,
  };
}
