/** `util.time`: AWS AppSync developer guide, "Time helpers in util.time". Patterns are those of Java's DateTimeFormatter. */
import { formatDate, parseDate } from './date_patterns.mjs';

const now = Date.now;

const epochMilliSecondsToISO8601 = (milliseconds) => new Date(milliseconds).toISOString();

const ISO_8601 = /^(\d{4})-(\d{2})-(\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Parse ISO 8601, UTC without an offset. JavaScript's parser uses the server's zone and accepts other formats. */
function parseISO8601ToEpochMilliSeconds(text) {
  const [, year, month, day, clock, offset] = ISO_8601.exec(text) ?? [];
  const isDay = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === Number(day);
  const parsed = isDay ? Date.parse(clock && !offset ? `${text}Z` : text) : NaN;
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
