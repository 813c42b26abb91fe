import { api } from '../../../lib/api';
import type { Problem, ScheduleCalendar } from '../../../lib/api';
import { placesAt } from '../../../http';
import { loadAll } from '../../../lib/pages';
import { useResource } from '../../../lib/resource';
import type { ScheduleForm } from '../../../lib/scheduleform';
import { Check } from '../../../parts/Check';
import { Field } from '../../../parts/Field';
import { Link } from '../../../parts/Link';
import { ProblemNote } from '../../../parts/Problem';
import { CalendarState } from '../calendars/CalendarState';

/** What happens when something is in the way: missed instants, a run that goes on, calendars. */
export function RulesEditor({
  form,
  problem,
  onChange,
}: {
  form: ScheduleForm;
  problem: Problem | undefined;
  onChange: (patch: Partial<ScheduleForm>) => void;
}) {
  return (
    <>
      <div className="form-row">
        <Field
          label="When nobody was there, because the server was down"
          className="field-grow"
          problem={problem}
          pointer="#/missed/policy"
        >
          <select
            value={form.missed}
            data-testid="schedule-missed"
            onChange={(event) => onChange({ missed: event.target.value as ScheduleForm['missed'] })}
          >
            <option value="skip">Make up for nothing</option>
            <option value="once">Make up for the newest time only</option>
            <option value="all">Make up for all times, up to a number</option>
          </select>
        </Field>
        {form.missed === 'all' ? (
          <Field label="At most" className="field-short" problem={problem} pointer="#/missed/most">
            <input
              type="number"
              min={1}
              max={1000}
              value={form.missedMost}
              onChange={(event) => onChange({ missedMost: event.target.value })}
            />
          </Field>
        ) : null}
        <Field label="In time up to, in s" className="field-short" problem={problem} pointer="#/missed/grace_seconds">
          <input type="number" min={0} max={86400} value={form.grace} onChange={(event) => onChange({ grace: event.target.value })} />
        </Field>
      </div>
      <Field label="When its last run still goes on" problem={problem} pointer="#/overlap">
        <select
          value={form.overlap}
          data-testid="schedule-overlap"
          onChange={(event) => onChange({ overlap: event.target.value as ScheduleForm['overlap'] })}
        >
          <option value="allow">Start the next beside it</option>
          <option value="skip">Skip the next</option>
          <option value="queue">Start the next when it has ended</option>
        </select>
      </Field>
      <Calendars form={form} problem={problem} onChange={onChange} />
    </>
  );
}

function Calendars({
  form,
  problem,
  onChange,
}: {
  form: ScheduleForm;
  problem: Problem | undefined;
  onChange: (patch: Partial<ScheduleForm>) => void;
}) {
  const found = useResource('all-calendars', (signal) =>
    loadAll<ScheduleCalendar>((cursor, options) => api.schedules.calendars({ limit: 200, ...(cursor ? { cursor } : {}) }, options), 1000, signal),
  );
  const calendars = found.value?.items ?? [];
  const gone = form.calendars.filter((name) => found.value && !calendars.some((one) => one.definition.name === name));
  const errors = placesAt(problem?.errors, '#/calendars');
  const toggle = (name: string, on: boolean) => onChange({ calendars: on ? [...form.calendars, name] : form.calendars.filter((one) => one !== name) });
  return (
    <fieldset className="field">
      <legend className="field-label">Runs only when these calendars are open</legend>
      {found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : null}
      {calendars.length > 0 || gone.length > 0 ? (
        <ul className="choice-list">
          {calendars.map((one) => (
            <li key={one.id}>
              <Check
                checked={form.calendars.includes(one.definition.name)}
                onChange={(on) => toggle(one.definition.name, on)}
                testId="schedule-calendar"
              >
                {one.definition.name}
              </Check>
              <CalendarState calendar={one} />
            </li>
          ))}
          {gone.map((name) => (
            <li key={name}>
              <Check checked onChange={() => toggle(name, false)}>
                {name}
              </Check>
              <span className="tone-failed">There is no such calendar any more.</span>
            </li>
          ))}
        </ul>
      ) : found.value ? (
        <p className="muted">
          There are none. <Link to="/schedules/calendars/new">A calendar</Link> says when nothing may begin, such as a freeze over Christmas.
        </p>
      ) : null}
      <p className="field-hint">Calendars that are bound to targets count as well, whether or not they are chosen here.</p>
      {errors.length > 0 ? <p className="field-error">{errors.map((place) => place.detail).join(' ')}</p> : null}
    </fieldset>
  );
}
