import { useCallback, useMemo, useState } from 'react';
import { useCrumbs } from '../../../app/crumbs';
import { api } from '../../../lib/api';
import type { Occurrence, OccurrenceState, ScheduleCalendar } from '../../../lib/api';
import { occurrenceWords } from '../../../lib/occurrences';
import { loadAll } from '../../../lib/pages';
import { useNarrow } from '../../../lib/narrow';
import { useRunChanges } from '../../../lib/repeated';
import { useResource } from '../../../lib/resource';
import { useQuery } from '../../../lib/router';
import { daysFrom, layOutWeek } from '../../../lib/week';
import { addDays, instantOf, mondayOf } from '../../../lib/zones';
import { Page } from '../../../parts/Page';
import { ProblemNote } from '../../../parts/Problem';
import { useNow } from '../../../parts/Time';
import { useCalendarSpans } from '../calendars/useCalendarSpans';
import { SchedulesHead } from '../SchedulesHead';
import { OccurrenceDrawer } from './OccurrenceDrawer';
import type { Opened } from './OccurrenceDrawer';
import { useWeek } from './useWeek';
import { WeekBar } from './WeekBar';
import { WeekGrid } from './WeekGrid';
import { WeekLegend } from './WeekLegend';
import { WeekStrip } from './WeekStrip';

const eachMost = 1000;
const all = Object.keys(occurrenceWords) as OccurrenceState[];

/** What was and what will be, hour by hour. */
export default function Week() {
  useCrumbs([{ word: 'Schedules', to: '/schedules' }, { word: 'Week' }]);
  const [query, setQuery] = useQuery();
  const isNarrow = useNarrow();
  const now = useNow();
  const minute = Math.floor(now / 60_000) * 60_000;
  const place = useWeek(isNarrow, now);
  const { zone, first, count } = place;
  const job = query.get('job') ?? '';
  const hidden = (query.get('hide') ?? '').split(',');
  const found = useJob(job);
  const days = daysFrom(zone, first, count);
  const [from, to] = [days[0]?.from ?? 0, days[days.length - 1]?.to ?? 0];
  const isReady = job === '' || found.value !== undefined;
  const ask = (begin: number, end: number) => (signal: AbortSignal) =>
    api.schedules.week(
      { from: new Date(begin).toISOString(), to: new Date(end).toISOString(), each: eachMost, ...(found.value ? { job: found.value.id } : {}) },
      { signal },
    );
  // The whole week is asked for, so that its days are there at once; a day is asked for alone only where the week has too much.
  const [monday] = daysFrom(zone, mondayOf(place.day), 1);
  const [weekFrom, weekTo] = [monday?.from ?? 0, instantOf(zone, addDays(mondayOf(place.day), 7))];
  const whole = useResource(isReady ? `week/${weekFrom}/${weekTo}/${job}` : null, ask(weekFrom, weekTo));
  const isCut = count === 1 && (whole.value?.cut.length ?? 0) > 0;
  const single = useResource(isReady && isCut ? `week/${from}/${to}/${job}` : null, ask(from, to));
  const week = isCut ? single : whole;
  useRunChanges(useCallback(() => week.reload(), [week.reload]), 5000);
  const shown = useMemo(
    () => (week.value?.occurrences ?? []).filter((one) => Date.parse(one.at) >= from && Date.parse(one.at) < to),
    [week.value, from, to],
  );
  const visible = useMemo(
    () => shown.filter((one) => !hidden.includes(one.state)),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [shown, query.get('hide')],
  );
  const dayKey = JSON.stringify(first);
  const layout = useMemo(
    () => layOutWeek(visible, zone, first, count, count === 1 ? (isNarrow ? 3 : 6) : 3, week.value?.cut ?? []),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [visible, zone, dayKey, count, isNarrow, week.value],
  );
  const calendars = useResource('all-calendars', (signal) =>
    loadAll<ScheduleCalendar>((cursor, options) => api.schedules.calendars({ limit: 200, ...(cursor ? { cursor } : {}) }, options), 1000, signal),
  );
  const windows = query.get('windows') ?? '';
  const chosen = (calendars.value?.items ?? []).filter((one) => windows === '' || one.definition.name === windows);
  const { spans } = useCalendarSpans(windows === 'none' ? [] : chosen.map((one) => one.definition), from, to);
  const [opened, setOpened] = useState<Opened | null>(null);
  const open = (title: string, occurrences: Occurrence[]) => setOpened({ title, occurrences });
  return (
    <Page title={place.view === 'week' ? 'Week' : 'Day'} wide>
      <SchedulesHead current="week" />
      <WeekBar
        place={place}
        isNarrow={isNarrow}
        job={found.value}
        onJob={(serial) => setQuery({ job: serial })}
        windows={windows}
        calendars={(calendars.value?.items ?? []).map((one) => one.definition.name)}
        onWindows={(name) => setQuery({ windows: name })}
      />
      {isNarrow ? <WeekStrip place={place} now={now} /> : null}
      {found.problem ? <ProblemNote problem={found.problem} /> : null}
      {week.problem ? <ProblemNote problem={week.problem} retry={week.reload} /> : null}
      <WeekLegend
        occurrences={shown}
        hidden={hidden}
        onHidden={(states) => setQuery({ hide: all.filter((state) => states.includes(state)).join(',') })}
      />
      {week.value && !week.value.is_complete ? (
        <p className="muted">There are more schedules than can be shown at once; choose a job to see all of its own.</p>
      ) : null}
      <WeekGrid
        key={`${from}/${zone}/${count}`}
        place={place}
        layout={layout}
        spans={spans.map((one, at) => ({ ...one, calendar: chosen[at]?.definition.name ?? '' }))}
        now={minute}
        isLoading={week.loading && week.value === undefined}
        isEmpty={week.value !== undefined && shown.length === 0}
        onOpen={open}
      />
      {opened ? <OccurrenceDrawer opened={opened} zone={zone} onClose={() => setOpened(null)} /> : null}
    </Page>
  );
}

/** The job that the calendar is filtered by. */
function useJob(reference: string) {
  return useResource(reference === '' ? null : `job/${reference}`, (signal) => api.jobs.show(reference, { signal }));
}
