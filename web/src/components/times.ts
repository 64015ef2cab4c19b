/** Times in the user's language. */
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const SHORT_DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });
const UNITS: readonly (readonly [string, number])[] = [
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];
const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

export function clockTime(time: string): string {
  return CLOCK.format(new Date(time));
}

export function fullTime(time: string): string {
  return FULL.format(new Date(time));
}

export function dayOf(time: string): string {
  const day = new Date(time);
  const days = Math.round((midnight(day) - midnight(new Date())) / 86_400_000);
  return days > -2 && days < 1 ? capitalized(RELATIVE.format(days, 'day')) : DAY.format(day);
}

/** Returns the time for today and the date for earlier days, for lists. */
export function listTime(time: string): string {
  const date = new Date(time);
  return midnight(date) === midnight(new Date()) ? CLOCK.format(date) : SHORT_DAY.format(date);
}

/** Returns a duration in its largest whole unit, for example `30 seconds` or `1 hour`. */
export function formatDuration(seconds: number): string {
  const [unit, size] = UNITS.find(([, length]) => seconds % length === 0) ?? ['second', 1];
  const count = seconds / size;
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`;
}

/** Returns whether two times are on the same local day; much cheaper than formatting both days. */
export function isSameDay(a: string, b: string): boolean {
  return midnight(new Date(a)) === midnight(new Date(b));
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
