/** `util.time`: AWS AppSync developer guide, "Time helpers in util.time". Patterns are those of Java's DateTimeFormatter. */
import { formatDate, parseDate } from './date_patterns.mjs';

const now = Date.now;

const epochMilliSecondsToISO8601 = (milliseconds) => new Date(milliseconds).toISOString();

function parseISO8601ToEpochMilliSeconds(text) {
  const parsed = Date.parse(text);
  if (Number.isNaN(parsed)) throw new RangeError(`util.time: ${text} is no ISO 8601 timestamp`);
  return parsed;
}

export const time = {
  nowISO8601: () => epochMilliSecondsToISO8601(now()),
  nowEpochSeconds: () => Math.floor(now() / 1000),
  nowEpochMilliSeconds: () => now(),
  nowFormatted: (pattern, zone) => formatDate(now(), pattern, zone),
  parseFormattedToEpochMilliSeconds: parseDate,
  parseISO8601ToEpochMilliSeconds,
  epochMilliSecondsToSeconds: (milliseconds) => Math.floor(milliseconds / 1000),
  epochMilliSecondsToISO8601,
  epochMilliSecondsToFormatted: formatDate,
};
