import { useState } from 'react';
import { useCrumbs } from '../../../app/crumbs';
import { useMay } from '../../../app/session';
import { toast } from '../../../app/toasts';
import { api } from '../../../lib/api';
import type { ScheduleCalendar } from '../../../lib/api';
import { calendarForm, readCalendar } from '../../../lib/calendarform';
import type { CalendarForm } from '../../../lib/calendarform';
import { plural } from '../../../lib/format';
import { useAction, useResource } from '../../../lib/resource';
import { leaveFreely, navigate } from '../../../lib/router';
import { inForm } from '../../../lib/scheduleform';
import { useUnsaved } from '../../../lib/unsaved';
import { ownZone } from '../../../lib/zones';
import { Button } from '../../../parts/Button';
import { Field } from '../../../parts/Field';
import { FilterBar } from '../../../parts/FilterBar';
import { Page } from '../../../parts/Page';
import { Panel } from '../../../parts/Panel';
import { ProblemNote } from '../../../parts/Problem';
import { Skeleton } from '../../../parts/Skeleton';
import { Time } from '../../../parts/Time';
import { ZonePicker } from '../../../parts/ZonePicker';
import { CalendarState } from './CalendarState';
import { ClosuresPanel } from './ClosuresPanel';
import { WindowsEditor } from './WindowEditor';

/** A calendar: when something may begin, and when not. */
export default function CalendarEditor({ calendar: reference }: { calendar?: string }) {
  const found = useResource(reference === undefined ? null : `calendar/${reference}`, (signal) =>
    api.schedules.calendar(reference ?? '', { signal }),
  );
  if (reference === undefined) return <Editor calendar={null} />;
  if (!found.value)
    return <div className="page">{found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : <Skeleton />}</div>;
  return <Editor key={found.value.id} calendar={found.value} />;
}

function Editor({ calendar }: { calendar: ScheduleCalendar | null }) {
  const mayWrite = useMay('schedules.write');
  const [form, setForm] = useState<CalendarForm>(() => calendarForm(calendar, ownZone()));
  const [changed, setChanged] = useState(false);
  const vocabulary = useResource('vocabulary', (signal) => api.targets.vocabulary({ signal }));
  const name = calendar?.definition.name ?? 'New calendar';
  useCrumbs([{ word: 'Schedules', to: '/schedules' }, { word: 'Calendars', to: '/schedules/calendars' }, { word: name }]);
  useUnsaved(changed, 'Leave without saving? Your changes of this calendar will be lost.');
  const change = (patch: Partial<CalendarForm>) => {
    setForm((old) => ({ ...old, ...patch }));
    setChanged(true);
  };
  const definition = readCalendar(form);
  const save = useAction(async () => {
    const saved = calendar
      ? await api.schedules.updateCalendar(calendar.id, { definition, revision: calendar.revision })
      : await api.schedules.createCalendar({ definition });
    leaveFreely();
    toast(`${saved.definition.name} is saved.`, 'succeeded');
    navigate('/schedules/calendars');
  });
  const problem = inForm(save.problem);
  return (
    <Page
      title={name}
      wide
      detail={
        calendar ? (
          <>
            <CalendarState calendar={calendar} />
            {calendar.closure ? <span>{calendar.closure}</span> : null}
            <span className="muted">
              {calendar.schedules === 0 ? 'no schedule names it' : `${plural(calendar.schedules, 'schedule')} ${calendar.schedules === 1 ? 'names' : 'name'} it`},
              changed <Time at={calendar.updated_at} /> by {calendar.updated_by}
            </span>
          </>
        ) : null
      }
      actions={
        <>
          <Button onClick={() => navigate('/schedules/calendars')}>Close</Button>
          {mayWrite ? (
            <Button kind="primary" busy={save.busy} disabled={!changed || form.name.trim() === ''} onClick={() => void save.run()} data-testid="calendar-save">
              Save the calendar
            </Button>
          ) : null}
        </>
      }
    >
      {save.problem ? <ProblemNote problem={save.problem} /> : null}
      <div className="schedule-editor">
        <fieldset className="form" disabled={!mayWrite}>
          <Panel title="What">
            <div className="form">
              <Field label="Name" problem={problem} pointer="#/name">
                <input
                  type="text"
                  autoComplete="off"
                  value={form.name}
                  data-testid="calendar-name"
                  onChange={(event) => change({ name: event.target.value })}
                />
              </Field>
              <Field label="Description" optional problem={problem} pointer="#/description">
                <input type="text" value={form.description} onChange={(event) => change({ description: event.target.value })} />
              </Field>
              <ZonePicker value={form.zone} onChange={(zone) => change({ zone })} problem={problem} pointer="#/zone" />
              <Field
                label="Bound to targets"
                optional
                hint="Every scheduled run that touches one of these is bound by this calendar, whether or not its schedule names it."
                problem={problem}
                pointer="#/targets"
              >
                <FilterBar
                  value={form.targets}
                  vocabulary={vocabulary.value}
                  placeholder="environment = production"
                  label="Bound to targets"
                  hideChips
                  testId="calendar-targets"
                  onDraft={(targets) => change({ targets })}
                  onApply={(targets) => change({ targets })}
                />
              </Field>
            </div>
          </Panel>
          <Panel title="Blackouts">
            <div className="form">
              <p className="muted">Nothing begins in them; they count more than maintenance windows.</p>
              <WindowsEditor
                label="Blackout"
                noun="blackout"
                first="dates"
                windows={form.blackouts}
                pointer="#/blackouts"
                problem={problem}
                onChange={(blackouts) => change({ blackouts })}
              />
            </div>
          </Panel>
          <Panel title="Maintenance windows">
            <div className="form">
              <p className="muted">With any of them, something begins only in one of them; with none, at any time that is no blackout.</p>
              <WindowsEditor
                label="Maintenance window"
                noun="maintenance window"
                first="weekly"
                windows={form.openings}
                pointer="#/openings"
                problem={problem}
                onChange={(openings) => change({ openings })}
              />
            </div>
          </Panel>
        </fieldset>
        <div className="schedule-preview" role="region" aria-label="Preview" tabIndex={0}>
          <ClosuresPanel definition={definition} />
        </div>
      </div>
    </Page>
  );
}
