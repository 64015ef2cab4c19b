/**
 * The end of a mute.
 */
import { util } from '@aws-appsync/utils';
import { muteSecondsMaximum } from '../../contract/limits.json';
import { fail } from './errors';
import { numberWithin } from './validation';

/**
 * @authorizes
 * @param {string | null | undefined} until
 * @param {number | null | undefined} seconds
 * @returns {string} the time at which the mute ends, in the format in which times can be compared as strings
 */
export function muteEnd(until, seconds) {
  const now = util.time.nowEpochMilliSeconds();
  const isTime = until !== null && until !== undefined;
  const isDuration = seconds !== null && seconds !== undefined;
  if (isTime === isDuration) {
    fail('ValidationError', 'Give either until or seconds.');
  }
  const end = isTime
    ? util.time.parseISO8601ToEpochMilliSeconds(until)
    : now + numberWithin('seconds', seconds ?? 0, 1, muteSecondsMaximum) * 1000;
  if (end <= now || end > now + muteSecondsMaximum * 1000) {
    fail('ValidationError', 'until is not within the next 365 days. Give a time in the future, at most 365 days away.');
  }
  return util.time.epochMilliSecondsToISO8601(end);
}
