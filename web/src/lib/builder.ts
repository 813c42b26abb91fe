import { dayNames } from './zones';

/** What the builder of regular times is set to. */
export interface Builder {
  every: 'day' | 'week' | 'month';
  /** Every so many days, weeks or months. */
  interval: string;
  /** Times of the day such as `02:30`. */
  times: string[];
  /** Days of the week; Sunday is 0. */
  weekdays: number[];
  /** In a month: days by number, or a day of the week by its place. */
  monthly: 'days' | 'nth';
  /** Days of the month; 32 is the last one. */
  monthdays: number[];
  /** 1 to 4, or -1 for the last. */
  nth: number;
  /** Which day of the week; 7 is any from Monday to Friday, of which only the first and the last can be named. */
  nthDay: number;
}

/** The number that stands for the last day of a month. */
export const lastDay = 32;
/** The number that stands for any day from Monday to Friday. */
export const workday = 7;

/** What the builder shows first: every night. */
export const firstBuilder: Builder = {
  every: 'day',
  interval: '1',
  times: ['02:00'],
  weekdays: [1, 2, 3, 4, 5],
  monthly: 'days',
  monthdays: [1],
  nth: 1,
  nthDay: 1,
};

/** What a builder writes, or what is wrong with it. */
export type Built = { cron: string } | { rule: string } | { error: string };

const cronDays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const ruleDays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const workdays = [1, 2, 3, 4, 5];

function readTimes(times: string[]): { hours: number[]; minutes: number[] } | string {
  const read = times.map((time) => /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(time.trim()));
  if (read.length === 0 || read.some((hit) => hit === null)) return 'Give each time as hours and minutes, for example 02:30.';
  const pairs = read.map((hit) => [Number(hit?.[1]), Number(hit?.[2])] as const);
  const hours = sorted(pairs.map(([hour]) => hour));
  const minutes = sorted(pairs.map(([, minute]) => minute));
  if (hours.length * minutes.length !== new Set(pairs.map(([hour, minute]) => hour * 60 + minute)).size)
    return 'Several times have to have the same minute. For others make a schedule each.';
  return { hours, minutes };
}

const sorted = (numbers: number[]) => [...new Set(numbers)].sort((a, b) => a - b);

/** The cron expression of a builder, or the rule where a cron expression cannot say it. */
export function build(builder: Builder): Built {
  const times = readTimes(builder.times);
  if (typeof times === 'string') return { error: times };
  const interval = Number(builder.interval.trim());
  if (!Number.isInteger(interval) || interval < 1 || interval > 1000) return { error: 'Give a whole number from 1 to 1000.' };
  const { every, weekdays, monthly, monthdays, nth, nthDay } = builder;
  if (every === 'week' && weekdays.length === 0) return { error: 'Choose a day of the week.' };
  if (every === 'month' && monthly === 'days' && monthdays.length === 0) return { error: 'Choose a day of the month.' };
  if (interval > 1) {
    const time = `BYHOUR=${times.hours.join(',')};BYMINUTE=${times.minutes.join(',')};BYSECOND=0`;
    const begin = `FREQ=${every === 'day' ? 'DAILY' : every === 'week' ? 'WEEKLY' : 'MONTHLY'};INTERVAL=${interval}`;
    return { rule: [begin, ruleDay(builder), time].filter(Boolean).join(';') };
  }
  const clock = `${times.minutes.join(',')} ${times.hours.join(',')}`;
  if (every === 'day') return { cron: `${clock} * * *` };
  if (every === 'week') return { cron: `${clock} * * ${dayList(weekdays)}` };
  if (monthly === 'days') return { cron: `${clock} ${sorted(monthdays).map((day) => (day === lastDay ? 'L' : day)).join(',')} * *` };
  if (nthDay === workday) return { cron: `${clock} ${nth === -1 ? 'LW' : '1W'} * *` };
  return { cron: `${clock} * * ${nth === -1 ? `${nthDay}L` : `${nthDay}#${nth}`}` };
}

function dayList(weekdays: number[]): string {
  const days = sorted(weekdays);
  if (days.length === 7) return '*';
  return days.join() === workdays.join() ? 'MON-FRI' : days.map((day) => cronDays[day]).join(',');
}

function ruleDay({ every, weekdays, monthly, monthdays, nth, nthDay }: Builder): string {
  if (every === 'day') return '';
  if (every === 'week') return `BYDAY=${sorted(weekdays).map((day) => ruleDays[day]).join(',')}`;
  if (monthly === 'days') return `BYMONTHDAY=${sorted(monthdays).map((day) => (day === lastDay ? -1 : day)).join(',')}`;
  return `BYDAY=${nthDay === workday ? `MO,TU,WE,TH,FR;BYSETPOS=${nth === -1 ? -1 : 1}` : `${nth}${ruleDays[nthDay]}`}`;
}

/** The builder that writes exactly this, or null for whatever else one can write by hand. */
export function readBuilt(text: { cron?: string | undefined; rule?: string | undefined }): Builder | null {
  const found = text.cron !== undefined ? fromCron(text.cron) : text.rule !== undefined ? fromRule(text.rule) : null;
  if (!found) return null;
  const built = build(found);
  const again = 'cron' in built ? built.cron : 'rule' in built ? built.rule : '';
  return again === (text.cron ?? text.rule ?? '').trim() ? found : null;
}

function timesOf(hours: string, minutes: string): string[] | null {
  if (!/^\d+(,\d+)*$/.test(hours) || !/^\d+(,\d+)*$/.test(minutes)) return null;
  const two = (value: string) => value.padStart(2, '0');
  return hours.split(',').flatMap((hour) => minutes.split(',').map((minute) => `${two(hour)}:${two(minute)}`));
}

function fromCron(cron: string): Builder | null {
  const [minutes = '', hours = '', day = '', month = '', week = '', ...more] = cron.trim().split(/\s+/);
  const times = timesOf(hours, minutes);
  if (!times || month !== '*' || more.length > 0) return null;
  const base = { ...firstBuilder, times };
  if (day === '*' && week === '*') return { ...base, every: 'day' };
  const place = /^(\d)(?:#(\d)|(L))$/.exec(week);
  if (place) return { ...base, every: 'month', monthly: 'nth', nthDay: Number(place[1]), nth: place[3] ? -1 : Number(place[2]) };
  if (day === '1W' || day === 'LW') return { ...base, every: 'month', monthly: 'nth', nthDay: workday, nth: day === 'LW' ? -1 : 1 };
  if (day === '*') {
    const weekdays = week === 'MON-FRI' ? workdays : week.split(',').map((name) => cronDays.indexOf(name));
    return weekdays.some((one) => one < 0) ? null : { ...base, every: 'week', weekdays };
  }
  return { ...base, every: 'month', monthly: 'days', monthdays: day.split(',').map((one) => (one === 'L' ? lastDay : Number(one))) };
}

const frequencies: Record<string, Builder['every']> = { DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month' };

function fromRule(rule: string): Builder | null {
  const parts = new Map(rule.split(';').map((part) => part.split('=') as [string, string]));
  const times = timesOf(parts.get('BYHOUR') ?? '', parts.get('BYMINUTE') ?? '');
  const every = frequencies[parts.get('FREQ') ?? ''];
  if (!times || !every) return null;
  const base: Builder = { ...firstBuilder, every, times, interval: parts.get('INTERVAL') ?? '1' };
  const days = (parts.get('BYDAY') ?? '').split(',');
  if (every === 'week') return { ...base, weekdays: days.map((day) => ruleDays.indexOf(day)) };
  if (parts.has('BYMONTHDAY')) return { ...base, monthdays: (parts.get('BYMONTHDAY') ?? '').split(',').map((day) => (day === '-1' ? lastDay : Number(day))) };
  if (parts.has('BYSETPOS')) return { ...base, monthly: 'nth', nthDay: workday, nth: Number(parts.get('BYSETPOS')) };
  const place = /^(-?\d)([A-Z]{2})$/.exec(days[0] ?? '');
  return place ? { ...base, monthly: 'nth', nth: Number(place[1]), nthDay: ruleDays.indexOf(place[2] ?? '') } : base;
}

/** The places of a day in a month, in words. */
export const nthWords: [number, string][] = [
  [1, 'first'],
  [2, 'second'],
  [3, 'third'],
  [4, 'fourth'],
  [-1, 'last'],
];

/** The days that can have a place in a month, in words. */
export const nthDayWords: [number, string][] = [
  ...([1, 2, 3, 4, 5, 6, 0] as const).map((day): [number, string] => [day, dayNames[day]]),
  [workday, 'working day (Monday to Friday)'],
];
