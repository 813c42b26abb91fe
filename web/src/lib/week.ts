import type { Occurrence } from './api';
import { addDays, dateText, instantOf, localTime } from './zones';
import type { LocalDate } from './zones';

/** Something in the grid: one occurrence, or several that are too close to be drawn apart. */
export interface WeekBlock {
  key: string;
  occurrences: Occurrence[];
  /** Minutes since midnight on the clock of the zone. */
  minute: number;
  column: number;
  columns: number;
}

/** A schedule that fires so often on a day that it is counted and not drawn. */
export interface OftenRow {
  schedule: string;
  name: string;
  serial: string;
  /** Its occurrences by day, in the order of the days. */
  days: Occurrence[][];
  /** Whether there are more than are known. */
  isCut: boolean;
}

/** One day of the week calendar. */
export interface WeekDay {
  date: LocalDate;
  from: number;
  to: number;
  blocks: WeekBlock[];
  count: number;
}

/** Minutes that a block takes up in the drawing. */
export const blockMinutes = 30;
/** A schedule with more occurrences on a day than this is counted above the hours. */
export const oftenPerDay = 24;

/** The days from a date on with their first and last instants. */
export function daysFrom(zone: string, first: LocalDate, count: number): { date: LocalDate; from: number; to: number }[] {
  return Array.from({ length: count }, (_, at) => {
    const date = addDays(first, at);
    return { date, from: instantOf(zone, date), to: instantOf(zone, addDays(date, 1)) };
  });
}

/** Minutes since midnight on the clock of a zone. */
export function minuteOfDay(zone: string, at: number): number {
  const local = localTime(zone, at);
  return local.hour * 60 + local.minute + local.second / 60;
}

/** Lays occurrences out over days: what fires often in rows of its own, the rest in columns beside each other. */
export function layOutWeek(
  occurrences: Occurrence[],
  zone: string,
  first: LocalDate,
  count: number,
  mostColumns: number,
  cut: string[] = [],
): { days: WeekDay[]; often: OftenRow[] } {
  const days = daysFrom(zone, first, count);
  const bySchedule = new Map<string, Occurrence[][]>();
  for (const occurrence of occurrences) {
    const at = Date.parse(occurrence.at);
    const day = days.findIndex((one) => at >= one.from && at < one.to);
    if (day < 0) continue;
    let list = bySchedule.get(occurrence.schedule);
    if (!list) bySchedule.set(occurrence.schedule, (list = days.map(() => [])));
    list[day]?.push(occurrence);
  }
  const often: OftenRow[] = [];
  const single: Occurrence[][] = days.map(() => []);
  for (const [schedule, lists] of bySchedule) {
    const sample = lists.flat()[0];
    const isCut = cut.includes(schedule);
    if (sample && (isCut || lists.some((list) => list.length > oftenPerDay)))
      often.push({ schedule, name: sample.name, serial: sample.serial, days: lists, isCut });
    else lists.forEach((list, at) => single[at]?.push(...list));
  }
  often.sort((a, b) => a.name.localeCompare(b.name));
  return {
    often,
    days: days.map((day, at) => {
      const own = single[at] ?? [];
      return { ...day, blocks: layOutDay(own, zone, mostColumns, dateText(day.date)), count: own.length };
    }),
  };
}

/** Places the occurrences of one day: up to `mostColumns` beside each other, more than that as one block with a number. */
export function layOutDay(occurrences: Occurrence[], zone: string, mostColumns: number, prefix = ''): WeekBlock[] {
  const placed = occurrences
    .map((occurrence) => ({ occurrence, minute: minuteOfDay(zone, Date.parse(occurrence.at)) }))
    .sort((a, b) => a.minute - b.minute || a.occurrence.at.localeCompare(b.occurrence.at) || a.occurrence.name.localeCompare(b.occurrence.name));
  const blocks: WeekBlock[] = [];
  const make = (list: typeof placed, column: number, columns: number) => {
    const [head] = list;
    if (!head) return;
    const key = `${prefix}/${head.occurrence.schedule}/${head.occurrence.at}/${list.length}`;
    blocks.push({ key, occurrences: list.map((one) => one.occurrence), minute: Math.min(head.minute, 1440 - blockMinutes), column, columns });
  };
  let at = 0;
  while (at < placed.length) {
    const cluster = [];
    let end = -1;
    while (at < placed.length && (cluster.length === 0 || (placed[at]?.minute ?? 0) < end)) {
      const one = placed[at];
      if (!one) break;
      cluster.push(one);
      end = Math.max(end, one.minute + blockMinutes);
      at += 1;
    }
    const ends: number[] = [];
    const columns = cluster.map((one) => {
      const free = ends.findIndex((until) => until <= one.minute);
      const column = free < 0 ? ends.length : free;
      ends[column] = one.minute + blockMinutes;
      return column;
    });
    if (ends.length <= mostColumns) cluster.forEach((one, position) => make([one], columns[position] ?? 0, ends.length));
    else bundle(cluster).forEach((list) => make(list, 0, 1));
  }
  return blocks;
}

/** Groups that begin at least a block apart, each with everything that would overlap its first. */
function bundle<T extends { minute: number }>(cluster: T[]): T[][] {
  const groups: T[][] = [];
  for (const one of cluster) {
    const group = groups[groups.length - 1];
    const first = group?.[0];
    if (group && first && one.minute < first.minute + blockMinutes) group.push(one);
    else groups.push([one]);
  }
  return groups;
}

/** The block that an arrow key leads to from another one, or undefined at the edge. */
export function neighbour(days: WeekDay[], key: string, towards: 'up' | 'down' | 'left' | 'right'): string | undefined {
  const day = days.findIndex((one) => one.blocks.some((block) => block.key === key));
  const blocks = days[day]?.blocks ?? [];
  const at = blocks.findIndex((block) => block.key === key);
  const here = blocks[at];
  if (!here) return undefined;
  if (towards === 'up') return blocks[at - 1]?.key;
  if (towards === 'down') return blocks[at + 1]?.key;
  const step = towards === 'left' ? -1 : 1;
  for (let other = day + step; other >= 0 && other < days.length; other += step) {
    const found = days[other]?.blocks ?? [];
    if (found.length === 0) continue;
    return found.reduce((best, block) => (Math.abs(block.minute - here.minute) < Math.abs(best.minute - here.minute) ? block : best)).key;
  }
  return undefined;
}
