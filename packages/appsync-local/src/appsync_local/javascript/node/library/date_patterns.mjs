/** Formats and parses dates with patterns of Java's DateTimeFormatter in English. */
import { offsetText, zoneName, zonedToEpoch, zoneOffsetMinutes } from './time_zones.mjs';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const DAY_MILLISECONDS = 86_400_000;
const TOKEN = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/g;

// Keep these methods before they are removed: resolver code lacks them.
const matchAll = Function.prototype.call.bind(String.prototype.matchAll);

function tokens(pattern) {
  return [...matchAll(String(pattern), TOKEN)].map(([text, quoted, letter]) => {
    if (letter) return { letter, width: text.length };
    if (quoted === undefined) return { literal: text };
    return { literal: quoted === '' ? "'" : quoted.replaceAll("''", "'") };
  });
}

const padStart = Function.prototype.call.bind(String.prototype.padStart);

const padded = (value, width) => `${value < 0 ? '-' : ''}${padStart(String(Math.abs(value)), width, '0')}`;

const unsupported = (letter) => new RangeError(`util.time: the pattern letter ${letter} is not supported`);

const named = (names, index, width) => (width === 5 ? names[index][0] : width === 4 ? names[index] : names[index].slice(0, 3));

const QUARTERS = ['1st quarter', '2nd quarter', '3rd quarter', '4th quarter'];

function quarter({ date }, width) {
  const index = Math.floor(date.getUTCMonth() / 3);
  if (width === 3) return `Q${index + 1}`;
  return width === 4 ? QUARTERS[index] : padded(index + 1, width);
}

/** Java's rules for American English: weeks begin on Sunday, and week 1 contains January 1. */
function weekOfYear(date) {
  const year = date.getUTCFullYear();
  const saturday = date.getTime() + (6 - date.getUTCDay()) * DAY_MILLISECONDS;
  if (saturday >= Date.UTC(year + 1, 0, 1)) return { year: year + 1, week: 1 };
  const newYear = new Date(Date.UTC(year, 0, 1));
  return { year, week: Math.floor((dayOfYear(date) + newYear.getUTCDay()) / 7) + 1 };
}

function weekOfMonth(date) {
  const first = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1));
  return Math.floor((date.getUTCDate() - 1 + first.getUTCDay()) / 7) + 1;
}

const millisecondsOfDay = (date) => ((date.getTime() % DAY_MILLISECONDS) + DAY_MILLISECONDS) % DAY_MILLISECONDS;

/** Starts at 0. */
const dayOfYear = (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MILLISECONDS);

const year = (value, width) => (width === 2 ? padded(value % 100, 2) : padded(value, width));

/** The text for each pattern letter; the UTC getters of `date` return the local time of the zone. */
const FORMATS = {
  y: ({ date }, width) => year(date.getUTCFullYear(), width),
  u: ({ date }, width) => year(date.getUTCFullYear(), width),
  Y: ({ date }, width) => year(weekOfYear(date).year, width),
  M: ({ date }, width) => (width >= 3 ? named(MONTHS, date.getUTCMonth(), width) : padded(date.getUTCMonth() + 1, width)),
  L: ({ date }, width) => (width >= 3 ? named(MONTHS, date.getUTCMonth(), width) : padded(date.getUTCMonth() + 1, width)),
  Q: quarter,
  q: quarter,
  w: ({ date }, width) => padded(weekOfYear(date).week, width),
  W: ({ date }, width) => padded(weekOfMonth(date), width),
  d: ({ date }, width) => padded(date.getUTCDate(), width),
  D: ({ date }, width) => padded(dayOfYear(date) + 1, width),
  E: ({ date }, width) => named(DAYS, date.getUTCDay(), width),
  e: ({ date }, width) => (width >= 3 ? named(DAYS, date.getUTCDay(), width) : padded(date.getUTCDay() + 1, width)),
  a: ({ date }) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  H: ({ date }, width) => padded(date.getUTCHours(), width),
  k: ({ date }, width) => padded(date.getUTCHours() || 24, width),
  K: ({ date }, width) => padded(date.getUTCHours() % 12, width),
  h: ({ date }, width) => padded(date.getUTCHours() % 12 || 12, width),
  m: ({ date }, width) => padded(date.getUTCMinutes(), width),
  s: ({ date }, width) => padded(date.getUTCSeconds(), width),
  S: ({ date }, width) => `${padded(date.getUTCMilliseconds(), 3)}000000`.slice(0, width),
  n: ({ date }, width) => padded(date.getUTCMilliseconds() * 1_000_000, width),
  A: ({ date }, width) => padded(millisecondsOfDay(date), width),
  N: ({ date }, width) => padded(millisecondsOfDay(date) * 1_000_000, width),
  G: ({ date }) => (date.getUTCFullYear() > 0 ? 'AD' : 'BC'),
  X: ({ offset }, width) => offsetText(offset, { colon: width >= 3, zeroAsZ: true, hoursOnly: width === 1 }),
  x: ({ offset }, width) => offsetText(offset, { colon: width >= 3, zeroAsZ: false, hoursOnly: width === 1 }),
  Z: ({ offset }, width) => {
    if (width === 4) return `GMT${offset === 0 ? '' : offsetText(offset, { colon: true })}`;
    return offsetText(offset, { colon: width === 5, zeroAsZ: width === 5 });
  },
  O: ({ offset }) => `GMT${offset === 0 ? '' : offsetText(offset, { colon: true })}`,
  V: ({ zone }) => (zone === 'UTC' ? 'Z' : zone),
  z: ({ zone, milliseconds }, width) => zoneName(zone, milliseconds, width >= 4),
};

/** Format a timestamp. */
export function formatDate(milliseconds, pattern, zone = 'UTC') {
  const offset = zoneOffsetMinutes(zone, milliseconds);
  const clock = { milliseconds, zone, offset, date: new Date(milliseconds + offset * 60000) };
  return tokens(pattern)
    .map(({ literal, letter, width }) => {
      if (literal !== undefined) return literal;
      if (!Object.hasOwn(FORMATS, letter)) throw unsupported(letter);
      return FORMATS[letter](clock, width);
    })
    .join('');
}

const NUMBERS = { y: 'year', u: 'year', d: 'day', H: 'hour', k: 'clockHour', h: 'clockHalfHour', K: 'halfHour', m: 'minute', s: 'second' };

/** Ranges of numbers: Java's resolver style SMART, which also changes February 30 to the last day of the month. */
const RANGES = { month: [1, 12], day: [1, 31], hour: [0, 23], clockHour: [1, 24], halfHour: [0, 11], clockHalfHour: [1, 12], minute: [0, 59], second: [0, 59] };
const NAMED = { M: [MONTHS, 'month'], L: [MONTHS, 'month'] };

/** Return the regular expression of one pattern token, and the target of its capture. */
function reader({ literal, letter, width }, adjacent) {
  if (literal !== undefined) return { source: literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') };
  const digits = adjacent ? `(\\d{${width}})` : '(\\d+)';
  if (Object.hasOwn(NUMBERS, letter)) return { source: digits, field: NUMBERS[letter], short: width === 2 };
  if (Object.hasOwn(NAMED, letter) && width < 3) return { source: digits, field: NAMED[letter][1] };
  if (Object.hasOwn(NAMED, letter)) return { source: '([A-Za-z]+)', field: 'monthName' };
  switch (letter) {
    case 'S':
      return { source: `(\\d{${width}})`, field: 'fraction' };
    case 'E':
      return { source: '[A-Za-z]+' };
    case 'a':
      return { source: '(AM|PM|am|pm)', field: 'half' };
    case 'X':
    case 'x':
    case 'Z':
      return { source: '(Z|[+-]\\d{2}:?\\d{0,2})', field: 'offset' };
    case 'V':
    case 'z':
      return { source: '([A-Za-z_/+-]+\\d*:?\\d*)', field: 'zone' };
    default:
      throw unsupported(letter);
  }
}

const fullYear = (text, short) => (short ? 2000 + Number(text) : Number(text));

function hourOf({ hour, clockHour, halfHour, clockHalfHour, half }) {
  const half12 = halfHour ?? clockHalfHour;
  if (half12 === undefined) return Number(hour ?? clockHour ?? 0) % 24;
  return (Number(half12) % 12) + (/pm/i.test(half ?? '') ? 12 : 0);
}

function monthOf(fields) {
  if (fields.monthName === undefined) return Number(fields.month ?? 1) - 1;
  return MONTHS.findIndex((name) => name.slice(0, 3).toLowerCase() === fields.monthName.slice(0, 3).toLowerCase());
}

/** Parse a timestamp, in the given zone if the text has no zone or offset. */
export function parseDate(text, pattern, zone = 'UTC') {
  const parts = tokens(pattern);
  const readers = parts.map((part, index) => reader(part, parts[index + 1]?.letter !== undefined));
  const found = new RegExp(`^${readers.map(({ source }) => source).join('')}$`).exec(text);
  if (!found) throw new RangeError(`util.time: ${text} does not read as ${pattern}`);
  const fields = {};
  readers.filter(({ field }) => field).forEach(({ field, short }, index) => {
    fields[field] = field === 'year' ? fullYear(found[index + 1], short) : found[index + 1];
  });
  const outside = Object.keys(RANGES).find((name) => fields[name] < RANGES[name][0] || fields[name] > RANGES[name][1]);
  const month = monthOf(fields);
  if (outside || month < 0) throw new RangeError(`util.time: ${text} has no valid ${outside ?? 'month'}`);
  const year = fields.year ?? 1970;
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const milliseconds = fields.fraction === undefined ? 0 : Number(`${fields.fraction}00`.slice(0, 3));
  const local = Date.UTC(year, month, Math.min(Number(fields.day ?? 1), lastDay), hourOf(fields), Number(fields.minute ?? 0),
    Number(fields.second ?? 0), milliseconds);
  return zonedToEpoch(local, fields.offset ?? fields.zone ?? zone);
}
