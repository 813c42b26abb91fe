import type { ReactNode } from 'react';
import { api } from '../../../lib/api';
import type { Job } from '../../../lib/api';
import { addDays, allZones, monthNames, ownZone, shortDate } from '../../../lib/zones';
import { Button } from '../../../parts/Button';
import { Segments } from '../../../parts/Segments';
import { Suggest } from '../../../parts/Suggest';
import type { WeekPlace } from './useWeek';

/** Which days are in view, in words: `23 to 29 November 2026`. */
export function rangeWords(place: WeekPlace): string {
  const { first, count } = place;
  const last = addDays(first, count - 1);
  if (count === 1) return `${shortDate(first)} ${first.year}`;
  const month = (date: { month: number }) => monthNames[date.month - 1] ?? '';
  if (first.year !== last.year) return `${first.day} ${month(first)} ${first.year} to ${last.day} ${month(last)} ${last.year}`;
  if (first.month !== last.month) return `${first.day} ${month(first)} to ${last.day} ${month(last)} ${last.year}`;
  return `${first.day} to ${last.day} ${month(last)} ${last.year}`;
}

/** Where one is in time, and what is shown of it. */
export function WeekBar({
  place,
  isNarrow,
  job,
  onJob,
  windows,
  calendars,
  onWindows,
}: {
  place: WeekPlace;
  isNarrow: boolean;
  job: Job | undefined;
  onJob: (serial: string | null) => void;
  windows: string;
  calendars: string[];
  onWindows: (name: string | null) => void;
}) {
  const zones = [...new Set(['UTC', ownZone(), place.zone])];
  const others = allZones().filter((zone) => !zones.includes(zone));
  const unit = place.view === 'week' ? 'week' : 'day';
  return (
    <div className="weekbar">
      <div className="weekbar-place">
        <Button icon="left" aria-label={`Earlier ${unit}`} onClick={() => place.go(-1)} data-testid="week-earlier" />
        <Button onClick={place.today} disabled={place.isNow} data-testid="week-today">
          Today
        </Button>
        <Button icon="right" aria-label={`Later ${unit}`} onClick={() => place.go(1)} data-testid="week-later" />
        <h2 className="weekbar-range" aria-live="polite" data-testid="week-range">
          {rangeWords(place)}
        </h2>
      </div>
      <Choices isNarrow={isNarrow}>
        <span className="weekbar-job">
          <Suggest
            chosen={job?.definition.name ?? ''}
            placeholder="All jobs"
            testId="week-job"
            label="Job"
            find={(text, signal) =>
              api.jobs
                .list({ limit: 12, ...(text ? { search: text } : {}) }, { signal })
                .then((page) => page.items.map((one) => ({ key: one.serial, word: one.name, detail: one.serial })))
            }
            onChoose={(one) => onJob(one.key)}
          />
          {job ? <Button small kind="quiet" icon="close" aria-label="Show all jobs" onClick={() => onJob(null)} /> : null}
        </span>
        <label className="bar-choice">
          <span className="unseen">Windows</span>
          <select value={windows} onChange={(event) => onWindows(event.target.value)} data-testid="week-windows">
            <option value="">All windows</option>
            {calendars.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
            <option value="none">No windows</option>
          </select>
        </label>
        <label className="bar-choice">
          <span className="unseen">Time zone</span>
          <select value={place.zone} onChange={(event) => place.setZone(event.target.value)} data-testid="week-zone">
            {zones.map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
            <optgroup label="All zones">
              {others.map((zone) => (
                <option key={zone}>{zone}</option>
              ))}
            </optgroup>
          </select>
        </label>
        {isNarrow ? null : (
          <Segments
            label="Week or day"
            testId="week-view"
            value={place.view}
            options={[
              ['week', 'Week'],
              ['day', 'Day'],
            ]}
            onChange={(view) => place.show(place.day, view)}
          />
        )}
      </Choices>
    </div>
  );
}

/** On a narrow screen what is shown is chosen behind a fold, so that the hours are in view. */
function Choices({ isNarrow, children }: { isNarrow: boolean; children: ReactNode }) {
  if (!isNarrow) return <div className="weekbar-choice">{children}</div>;
  return (
    <details className="weekbar-more">
      <summary>Job, windows and time zone</summary>
      <div className="weekbar-choice">{children}</div>
    </details>
  );
}
