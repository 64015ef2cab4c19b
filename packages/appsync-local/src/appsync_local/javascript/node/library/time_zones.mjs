/** Offsets of named time zones, from the runtime's time zone data. */

const formatters = new Map();

const FIXED = /^(?:UTC|GMT|UT)?([+-])(\d{1,2}):?(\d{2})?$/;

function formatter(zone) {
  if (!formatters.has(zone)) {
    formatters.set(zone, new Intl.DateTimeFormat('en-US', {
      timeZone: zone, hourCycle: 'h23', era: 'short', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit',
      minute: '2-digit', second: '2-digit',
    }));
  }
  return formatters.get(zone);
}

/** Return the offset from UTC in minutes at a timestamp, in a zone such as `Europe/Berlin`, `UTC` or `+02:00`. */
export function zoneOffsetMinutes(zone, milliseconds) {
  if (['Z', 'UTC', 'GMT', 'UT'].includes(zone)) return 0;
  const fixed = FIXED.exec(zone);
  if (fixed) return (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3] ?? 0));
  const parts = Object.fromEntries(formatter(zone).formatToParts(milliseconds).map(({ type, value }) => [type, value]));
  const local = Date.UTC(Number(parts.year), Number(parts.month) - 1, Number(parts.day), Number(parts.hour), Number(parts.minute), Number(parts.second));
  return Math.round((local - Math.floor(milliseconds / 1000) * 1000) / 60000);
}

/** Convert a zone's local time (in milliseconds as if it were UTC) to a timestamp. */
export function zonedToEpoch(localMilliseconds, zone) {
  const guess = localMilliseconds - zoneOffsetMinutes(zone, localMilliseconds) * 60000;
  return localMilliseconds - zoneOffsetMinutes(zone, guess) * 60000;
}

/** Format an offset as `+02:00` or shorter, or zero as `Z`, as the pattern letter requires. */
export function offsetText(minutes, { colon, zeroAsZ, hoursOnly }) {
  if (minutes === 0 && zeroAsZ) return 'Z';
  const two = (value) => `0${value}`.slice(-2);
  const size = Math.abs(minutes);
  const sign = minutes < 0 ? '-' : '+';
  const hours = two(Math.floor(size / 60));
  if (hoursOnly && size % 60 === 0) return `${sign}${hours}`;
  return `${sign}${hours}${colon ? ':' : ''}${two(size % 60)}`;
}

/** Return the zone's name at a timestamp, short (`CET`) or long. */
export function zoneName(zone, milliseconds, long) {
  if (['Z', 'UTC'].includes(zone)) return long ? 'Coordinated Universal Time' : 'UTC';
  const named = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: long ? 'long' : 'short' });
  return named.formatToParts(milliseconds).find(({ type }) => type === 'timeZoneName').value;
}
