/**
 * Features that an environment disables under load: the setting `limits.shed`.
 */
import { settings } from './environment';
import { fail } from './errors';

/** Ends the operation if typing indicators are disabled, before anything is read. */
export function assertTypingEnabled() {
  if (settings.shed.indexOf('typing') >= 0) {
    fail('RateLimited', 'Typing indicators are temporarily disabled. Do not retry.');
  }
}

/**
 * @returns {boolean} whether presence events are disabled; queries of presence are not affected
 */
export function isPresenceDisabled() {
  return settings.shed.indexOf('presence') >= 0;
}
