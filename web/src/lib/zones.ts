/** A local date: year, month from 1, day. */
export interface LocalDate {
  year: number;
  month: number;
  day: number;
}

/** What clocks and calendars on the wall show at an instant. */
export interface LocalTime extends LocalDate {
  hour: number;
  minute: number;
  second: number;
}

const minute = 60_000;
const day = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}

/** Whether the browser knows a zone by this name. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** The zone of this browser. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

/** All zones that the browser knows, UTC first. */
export function allZones(): string[] {
  const known = (Intl as unknown as { supportedValuesOf?: (key: string) => string[] }).supportedValuesOf?.('timeZone') ?? [];
  return ['UTC', ...known.filter((zone) => zone !== 'UTC')];
}

/** The local time of a zone at an instant. */
export function localTime(zone: string, at: number): LocalTime {
  const parts: Record<string, number> = {};
  for (const part of formatOf(zone).formatToParts(at)) parts[part.type] = Number(part.value);
  const { year = 0, month = 1, day: date = 1, hour = 0, minute: minutes = 0, second = 0 } = parts;
  return { year, month, day: date, hour: hour % 24, minute: minutes, second };
}

/** Minutes by which a zone is ahead of UTC at an instant. */
export function offsetAt(zone: string, at: number): number {
  const local = localTime(zone, at);
  const shown = Date.UTC(local.year, local.month - 1, local.day, local.hour, local.minute, local.second);
  return Math.round((shown - Math.floor(at / 1000) * 1000) / minute);
}

/** The first instant with a local time; for one that is left out, the instant at which clocks go forward over it. */
export function instantOf(zone: string, local: LocalDate & Partial<LocalTime>): number {
  const wanted = Date.UTC(local.year, local.month - 1, local.day, local.hour ?? 0, local.minute ?? 0, local.second ?? 0);
  const before = wanted - offsetAt(zone, wanted - day) * minute;
  const after = wanted - offsetAt(zone, wanted + day) * minute;
  const fits = [before, after].filter((at) => at + offsetAt(zone, at) * minute === wanted);
  if (fits.length > 0) return Math.min(...fits);
  let [low, high] = [Math.min(before, after), Math.max(before, after)];
  const first = offsetAt(zone, low);
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (middle === low) break;
    if (offsetAt(zone, middle) === first) low = middle;
    else high = middle;
  }
  return high;
}

/** A date some days later. */
export function addDays(date: LocalDate, days: number): LocalDate {
  const next = new Date(Date.UTC(date.year, date.month - 1, date.day + days));
  return { year: next.getUTCFullYear(), month: next.getUTCMonth() + 1, day: next.getUTCDate() };
}

/** The day of the week of a date; Sunday is 0. */
export function weekday(date: LocalDate): number {
  return new Date(Date.UTC(date.year, date.month - 1, date.day)).getUTCDay();
}

/** The Monday of the week of a date. */
export function mondayOf(date: LocalDate): LocalDate {
  return addDays(date, -((weekday(date) + 6) % 7));
}

const two = (value: number) => String(value).padStart(2, '0');

/** A date as `2026-12-24`. */
export function dateText(date: LocalDate): string {
  return `${String(date.year).padStart(4, '0')}-${two(date.month)}-${two(date.day)}`;
}

/** The date out of `2026-12-24`, or null. */
export function readDate(text: string | null | undefined): LocalDate | null {
  const hit = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? '');
  if (!hit) return null;
  const date = { year: Number(hit[1]), month: Number(hit[2]), day: Number(hit[3]) };
  return dateText(addDays(date, 0)) === dateText(date) ? date : null;
}

/** An instant out of `2026-12-31T17:00:00Z`, or of a local time of the zone such as `2026-12-31T18:00`; undefined when it is neither. */
export function readInstant(zone: string, text: string): number | undefined {
  if (/Z$|[+-]\d{2}:?\d{2}$/.test(text)) {
    const at = Date.parse(text);
    return Number.isNaN(at) ? undefined : at;
  }
  const hit = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(text);
  const date = readDate(hit?.[1]);
  if (!hit || !date) return undefined;
  return instantOf(zone, { ...date, hour: Number(hit[2] ?? 0), minute: Number(hit[3] ?? 0), second: Number(hit[4] ?? 0) });
}

/** An offset as `+01:00`. */
export function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** `14:05`. */
export function clockText(local: { hour: number; minute: number }): string {
  return `${two(local.hour)}:${two(local.minute)}`;
}

/** Whether clocks of a zone change in the year after an instant. */
export function changesClocks(zone: string, from: number): boolean {
  const first = offsetAt(zone, from);
  for (let week = 1; week <= 53; week += 1) if (offsetAt(zone, from + week * 7 * day) !== first) return true;
  return false;
}

/** The days of the week, Sunday first. */
export const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
/** The months, January first. */
export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** A date as `Thu 24 Dec`, with the year when it is another one than `year`. */
export function shortDate(date: LocalDate, year?: number): string {
  const words = `${(dayNames[weekday(date)] ?? '').slice(0, 3)} ${date.day} ${(monthNames[date.month - 1] ?? '').slice(0, 3)}`;
  return year !== undefined && year !== date.year ? `${words} ${date.year}` : words;
}

/** An instant as a zone says it: `Thu 24 Dec 18:00`. */
export function zonedText(zone: string, at: number, now?: number): string {
  const local = localTime(zone, at);
  const seconds = local.second === 0 ? '' : `:${two(local.second)}`;
  return `${shortDate(local, localTime(zone, now ?? at).year)} ${clockText(local)}${seconds}`;
}

/** A sentence of the server with its instants as a zone says them. */
export function inZone(zone: string, sentence: string): string {
  return sentence.replace(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/g, (text) => {
    const at = Date.parse(text);
    return Number.isNaN(at) ? text : `${zonedText(zone, at)} ${localTime(zone, at).year}`.replace(/^(\w+ \d+ \w+) (.*) (\d{4})$/, '$1 $3 $2');
  });
}
