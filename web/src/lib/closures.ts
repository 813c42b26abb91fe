import type { CalendarDefinition, CalendarDay, CalendarWindow } from './api';
import { addDays, instantOf, localTime, readDate, readInstant, weekday } from './zones';

/** A time in which a window lasts; the end is not in it. */
export interface Span {
  from: number;
  to: number;
  name: string;
}

/** The days of the week as calendars name them, Sunday first. */
export const calendarDays: CalendarDay[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a duration such as `1h30m`; undefined when it is not one. */
export function readDuration(text: string): number | undefined {
  if (!/^(\d+[smhd])+$/.test(text.trim())) return undefined;
  let sum = 0;
  for (const [, number, unit] of text.matchAll(/(\d+)([smhd])/g)) sum += Number(number) * (units[unit ?? ''] ?? 0);
  return sum > 0 ? sum : undefined;
}

function clock(text: string): { hour: number; minute: number; second: number } | undefined {
  const hit = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text.trim());
  if (!hit) return undefined;
  return { hour: Number(hit[1]), minute: Number(hit[2]), second: Number(hit[3] ?? 0) };
}

/** When a window lasts between two instants. Those of a rule begin at `starts`, which the server knows. */
export function windowSpans(window: CalendarWindow, zone: string, from: number, to: number, starts: number[] = []): Span[] {
  const name = window.name ?? '';
  const within = (begin: number | undefined, end: number | undefined): Span[] =>
    begin === undefined || end === undefined || end <= from || begin >= to || end <= begin ? [] : [{ from: begin, to: end, name }];
  if (window.weekly) {
    const { weekly } = window;
    const [begin, end] = [clock(weekly.from), clock(weekly.to)];
    if (!begin || !end) return [];
    const isOver = end.hour * 3600 + end.minute * 60 + end.second <= begin.hour * 3600 + begin.minute * 60 + begin.second;
    const spans: Span[] = [];
    const last = localTime(zone, to);
    for (let date = addDays(localTime(zone, from), -1); instantOf(zone, date) <= to; date = addDays(date, 1)) {
      if (weekly.days.includes(calendarDays[weekday(date)] ?? 'sun'))
        spans.push(...within(instantOf(zone, { ...date, ...begin }), endOf(zone, isOver ? addDays(date, 1) : date, end)));
      if (date.year > last.year + 1) break;
    }
    return spans;
  }
  if (window.dates) {
    const [first, last] = [readDate(window.dates.from), readDate(window.dates.to)];
    return first && last ? within(instantOf(zone, first), instantOf(zone, addDays(last, 1))) : [];
  }
  if (window.span) return within(readInstant(zone, window.span.from), readInstant(zone, window.span.to));
  const length = window.rule ? readDuration(window.rule.duration) : undefined;
  return length === undefined ? [] : starts.flatMap((start) => within(start, start + length));
}

function endOf(zone: string, date: { year: number; month: number; day: number }, time: { hour: number; minute: number; second: number }): number {
  return time.hour === 24 ? instantOf(zone, addDays(date, 1)) : instantOf(zone, { ...date, ...time });
}

/** Spans in order, those that touch or overlap as one; the names that differ are listed. */
export function joined(spans: Span[]): Span[] {
  const all = [...spans].sort((a, b) => a.from - b.from);
  const result: Span[] = [];
  for (const span of all) {
    const last = result[result.length - 1];
    if (last && span.from <= last.to) {
      last.to = Math.max(last.to, span.to);
      if (span.name !== '' && !last.name.split(', ').includes(span.name)) last.name = last.name === '' ? span.name : `${last.name}, ${span.name}`;
    } else result.push({ ...span });
  }
  return result;
}

/** What is left of a time when some spans are taken out of it. */
export function without(from: number, to: number, spans: Span[], name = ''): Span[] {
  const left: Span[] = [];
  let at = from;
  for (const span of joined(spans)) {
    if (span.from > at) left.push({ from: at, to: Math.min(span.from, to), name });
    at = Math.max(at, span.to);
  }
  if (at < to) left.push({ from: at, to, name });
  return left.filter((span) => span.to > span.from);
}

/** When a calendar is closed, and which times are its maintenance windows. */
export interface CalendarSpans {
  openings: Span[];
  blackouts: Span[];
  /** Blackouts, and whatever is in no maintenance window if there are any. */
  closed: Span[];
}

/** The spans of a calendar between two instants; `starts` are those of its rules, by `ruleKey`. */
export function calendarSpans(definition: CalendarDefinition, from: number, to: number, starts: Map<string, number[]>): CalendarSpans {
  const zone = definition.zone ?? 'UTC';
  const of = (windows: CalendarWindow[] | undefined) =>
    joined((windows ?? []).flatMap((window) => windowSpans(window, zone, from, to, starts.get(ruleKey(window, zone)) ?? [])));
  const [openings, blackouts] = [of(definition.openings), of(definition.blackouts)];
  const outside = (definition.openings ?? []).length > 0 ? without(from, to, openings, 'Outside of maintenance windows') : [];
  return { openings, blackouts, closed: joined([...blackouts, ...outside]) };
}

/** What names the rule of a window in a zone. */
export function ruleKey(window: CalendarWindow, zone: string): string {
  return window.rule ? `${zone}|${window.rule.start}|${window.rule.rule}` : '';
}

const dayWords: Record<CalendarDay, string> = { sun: 'Sun', mon: 'Mon', tue: 'Tue', wed: 'Wed', thu: 'Thu', fri: 'Fri', sat: 'Sat' };

/** A window in words: `Mon to Fri 22:00 to 06:00`. */
export function windowWords(window: CalendarWindow): string {
  const name = window.name ? `${window.name}: ` : '';
  if (window.weekly) return `${name}${daysWords(window.weekly.days)} ${window.weekly.from} to ${window.weekly.to}`;
  if (window.dates) return name + (window.dates.from === window.dates.to ? window.dates.from : `${window.dates.from} to ${window.dates.to}`);
  if (window.span) return `${name}${window.span.from.replace('T', ' ')} to ${window.span.to.replace('T', ' ')}`;
  if (window.rule) return `${name}${window.rule.rule}, ${window.rule.duration} each`;
  return name;
}

/** Days of the week in words, those in a row as one: `Mon to Fri`, `Sat, Sun`. */
export function daysWords(days: CalendarDay[]): string {
  const week: CalendarDay[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
  if (week.every((day) => days.includes(day))) return 'every day';
  const parts: string[] = [];
  for (let at = 0; at < week.length; at += 1) {
    if (!days.includes(week[at] as CalendarDay)) continue;
    let end = at;
    while (end + 1 < week.length && days.includes(week[end + 1] as CalendarDay)) end += 1;
    const word = (position: number) => dayWords[week[position] as CalendarDay];
    if (end - at >= 2) parts.push(`${word(at)} to ${word(end)}`);
    else for (let one = at; one <= end; one += 1) parts.push(word(one));
    at = end;
  }
  return parts.join(', ');
}
