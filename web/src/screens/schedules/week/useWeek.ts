import { addDays, dateText, isZone, localTime, mondayOf, ownZone, readDate } from '../../../lib/zones';
import type { LocalDate } from '../../../lib/zones';
import { useQuery } from '../../../lib/router';
import { zone as zoneChoice } from '../../../app/preferences';
import { useStore } from '../../../lib/store';

const daysInView = { week: 7, day: 1 } as const;

/** What of the calendar is in view, as the address says it. */
export interface WeekPlace {
  zone: string;
  view: 'week' | 'day';
  /** The day that was asked for. */
  day: LocalDate;
  first: LocalDate;
  count: number;
  isNow: boolean;
  go: (days: number) => void;
  today: () => void;
  show: (day: LocalDate, view?: 'week' | 'day') => void;
  setZone: (zone: string) => void;
}

/** Reads the place out of the address; a narrow screen shows days. */
export function useWeek(isNarrow: boolean, now: number): WeekPlace {
  const [query, setQuery] = useQuery();
  const usual = useStore(zoneChoice) === 'utc' ? 'UTC' : ownZone();
  const asked = query.get('zone') ?? usual;
  const zone = isZone(asked) ? asked : usual;
  const view = isNarrow || query.get('view') === 'day' ? 'day' : 'week';
  const today = { ...localTime(zone, now) };
  const day = readDate(query.get('day')) ?? { year: today.year, month: today.month, day: today.day };
  const first = view === 'week' ? mondayOf(day) : day;
  const count = daysInView[view];
  const isToday = (date: LocalDate) => dateText(date) === dateText(today);
  const show = (date: LocalDate, next?: 'week' | 'day') =>
    setQuery({ day: isToday(date) ? null : dateText(date), ...(next ? { view: next === 'day' ? 'day' : null } : {}) });
  return {
    zone,
    view,
    day,
    first,
    count,
    isNow: Array.from({ length: count }, (_, at) => addDays(first, at)).some(isToday),
    go: (step) => show(addDays(day, step * count)),
    today: () => setQuery({ day: null }),
    show,
    setZone: (next) => setQuery({ zone: next === usual ? null : next }),
  };
}
