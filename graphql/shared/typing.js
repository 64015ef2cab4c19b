/**
 * Typing indicators: events that are not stored and that carry their own expiry.
 */
import { util } from '@aws-appsync/utils';
import { callerId } from './identity';
import { admittedRoomId, authorName } from './membership';

/**
 * @param {import('./types').Context<never, 'admission'>} ctx
 * @param {number} seconds the time until the indicator expires
 * @returns {{ chatRoomId: string, userId: string, displayName: string, expiresAt: string }} the admitted caller's
 *   TypingIndicator
 */
export function toTypingIndicator(ctx, seconds) {
  return {
    chatRoomId: admittedRoomId(ctx),
    userId: callerId(ctx),
    displayName: authorName(ctx),
    expiresAt: util.time.epochMilliSecondsToISO8601(util.time.nowEpochMilliSeconds() + seconds * 1000),
  };
}
