import { build, lastDay, nthDayWords, nthWords } from '../../../lib/builder';
import type { Builder } from '../../../lib/builder';
import { dayNames } from '../../../lib/zones';
import { Button } from '../../../parts/Button';
import { Toggles } from '../../../parts/Toggles';

const units = { day: ['day', 'days'], week: ['week', 'weeks'], month: ['month', 'months'] } as const;
const week = [1, 2, 3, 4, 5, 6, 0];
const monthdays = [...Array.from({ length: 31 }, (_, at) => at + 1), lastDay];

/** Regular times by choosing: it writes the cron expression, or the rule where a cron expression cannot say it. */
export function BuilderEditor({ builder, error, onChange }: { builder: Builder; error: string; onChange: (builder: Builder) => void }) {
  const set = (patch: Partial<Builder>) => onChange({ ...builder, ...patch });
  const setTime = (at: number, time: string) => set({ times: builder.times.map((old, other) => (other === at ? time : old)) });
  const built = build(builder);
  const [one, many] = units[builder.every];
  return (
    <div className="builder">
      <div className="builder-line">
        <span>Every</span>
        <input
          type="number"
          min={1}
          max={1000}
          className="builder-number"
          aria-label={`Every so many ${many}`}
          value={builder.interval}
          data-testid="builder-interval"
          onChange={(event) => set({ interval: event.target.value })}
        />
        <select
          value={builder.every}
          aria-label="Day, week or month"
          data-testid="builder-every"
          onChange={(event) => set({ every: event.target.value as Builder['every'] })}
        >
          {(Object.keys(units) as Builder['every'][]).map((unit) => (
            <option key={unit} value={unit}>
              {units[unit][builder.interval.trim() === '1' ? 0 : 1]}
            </option>
          ))}
        </select>
      </div>
      {builder.every === 'week' ? (
        <div className="builder-line">
          <span>on</span>
          <Toggles
            label="Days of the week"
            testId="builder-weekdays"
            chosen={builder.weekdays}
            options={week.map((day) => ({ key: day, word: (dayNames[day] ?? '').slice(0, 2), name: dayNames[day] ?? '' }))}
            onChange={(weekdays) => set({ weekdays })}
          />
        </div>
      ) : null}
      {builder.every === 'month' ? <MonthLines builder={builder} set={set} one={one} /> : null}
      <div className="builder-line">
        <span>at</span>
        <span className="builder-times">
          {builder.times.map((time, at) => (
            <span key={at} className="builder-time">
              <input
                type="time"
                aria-label={builder.times.length === 1 ? 'Time' : `Time ${at + 1}`}
                value={time}
                data-testid="builder-time"
                onChange={(event) => setTime(at, event.target.value)}
              />
              {builder.times.length > 1 ? (
                <Button
                  small
                  kind="quiet"
                  icon="close"
                  aria-label={`Take away ${time}`}
                  onClick={() => set({ times: builder.times.filter((_, other) => other !== at) })}
                />
              ) : null}
            </span>
          ))}
          <Button small icon="plus" onClick={() => set({ times: [...builder.times, later(builder.times)] })} data-testid="builder-add-time">
            Another time
          </Button>
        </span>
      </div>
      {error ? (
        <p className="field-error" role="status">
          {error}
        </p>
      ) : null}
      {'error' in built ? null : (
        <p className="field-hint">
          Written as <code data-testid="builder-written">{'cron' in built ? built.cron : built.rule}</code>
        </p>
      )}
    </div>
  );
}

/** The hour after the last time, with its minute. */
function later(times: string[]): string {
  const [hour = '0', minute = '00'] = (times[times.length - 1] ?? '00:00').split(':');
  return `${String((Number(hour) + 1) % 24).padStart(2, '0')}:${minute.padStart(2, '0')}`;
}

function MonthLines({ builder, set, one }: { builder: Builder; set: (patch: Partial<Builder>) => void; one: string }) {
  const onlyEnds = builder.nthDay === 7;
  return (
    <>
      <label className="builder-line">
        <input type="radio" name={`builder-${one}`} checked={builder.monthly === 'days'} onChange={() => set({ monthly: 'days' })} />
        <span>on the days</span>
      </label>
      {builder.monthly === 'days' ? (
        <div className="builder-line builder-inner">
          <Toggles
            label="Days of the month"
            testId="builder-monthdays"
            chosen={builder.monthdays}
            options={monthdays.map((day) => ({ key: day, word: day === lastDay ? 'last' : String(day), name: day === lastDay ? 'The last day' : `Day ${day}` }))}
            onChange={(chosen) => set({ monthdays: chosen })}
          />
          {builder.monthdays.some((day) => day > 28 && day < lastDay) ? (
            <p className="field-hint">Months without such a day are left out; “last” is in every month.</p>
          ) : null}
        </div>
      ) : null}
      <div className="builder-line">
        <label className="builder-line">
          <input type="radio" name={`builder-${one}`} checked={builder.monthly === 'nth'} onChange={() => set({ monthly: 'nth' })} />
          <span>on the</span>
        </label>
        <select value={builder.nth} aria-label="Which one" onChange={(event) => set({ monthly: 'nth', nth: Number(event.target.value) })}>
          {nthWords
            .filter(([place]) => !onlyEnds || place === 1 || place === -1)
            .map(([place, word]) => (
              <option key={place} value={place}>
                {word}
              </option>
            ))}
        </select>
        <select
          value={builder.nthDay}
          aria-label="Which day"
          onChange={(event) => {
            const nthDay = Number(event.target.value);
            set({ monthly: 'nth', nthDay, nth: nthDay === 7 && builder.nth > 1 ? 1 : builder.nth });
          }}
        >
          {nthDayWords.map(([day, word]) => (
            <option key={day} value={day}>
              {word}
            </option>
          ))}
        </select>
      </div>
    </>
  );
}
