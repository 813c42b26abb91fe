import { useMemo } from 'react';
import { api } from '../../../lib/api';
import type { CalendarDefinition } from '../../../lib/api';
import { calendarSpans, readDuration, ruleKey } from '../../../lib/closures';
import type { CalendarSpans } from '../../../lib/closures';
import { useResource } from '../../../lib/resource';
import type { Problem } from '../../../lib/api';

const most = 500;

/** When calendars are closed between two instants; the server says when the windows of rules begin. */
export function useCalendarSpans(
  calendars: CalendarDefinition[],
  from: number,
  to: number,
): { spans: CalendarSpans[]; problem: Problem | undefined } {
  const rules = new Map<string, { rule: string; start: string; zone: string; duration: number }>();
  for (const calendar of calendars) {
    const zone = calendar.zone ?? 'UTC';
    for (const window of [...(calendar.openings ?? []), ...(calendar.blackouts ?? [])]) {
      const duration = window.rule ? readDuration(window.rule.duration) : undefined;
      if (window.rule && duration !== undefined && window.rule.rule.trim() !== '' && window.rule.start !== '')
        rules.set(ruleKey(window, zone), { rule: window.rule.rule, start: window.rule.start, zone, duration });
    }
  }
  const wanted = [...rules];
  const key = wanted.length === 0 ? null : `rule-starts/${from}/${to}/${JSON.stringify(wanted)}`;
  const found = useResource(key, async (signal) => {
    const starts = new Map<string, number[]>();
    for (const [name, { rule, start, zone, duration }] of wanted) {
      const preview = await api.schedules.preview(
        { timing: { rule, start, zone }, after: new Date(from - duration - 1000).toISOString(), count: most },
        { signal },
      );
      starts.set(
        name,
        preview.occurrences.map((one) => Date.parse(one.at)),
      );
    }
    return starts;
  });
  const starts = found.value;
  const sign = JSON.stringify(calendars);
  const spans = useMemo(
    () => (JSON.parse(sign) as CalendarDefinition[]).map((calendar) => calendarSpans(calendar, from, to, starts ?? new Map())),
    [sign, from, to, starts],
  );
  return { spans, problem: found.problem };
}
