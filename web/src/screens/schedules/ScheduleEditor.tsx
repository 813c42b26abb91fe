import { useEffect, useMemo, useState } from 'react';
import { useCrumbs } from '../../app/crumbs';
import { toast } from '../../app/toasts';
import { api } from '../../lib/api';
import type { PreviewSchedule, Problem, Schedule } from '../../lib/api';
import { useAsked } from '../../lib/asked';
import { firstValues } from '../../lib/parameters';
import type { Typed } from '../../lib/parameters';
import { useAction, useResource } from '../../lib/resource';
import { leaveFreely, navigate, useQuery } from '../../lib/router';
import { firstForm, inForm, readRun, readSchedule, readTiming, scheduleForm } from '../../lib/scheduleform';
import type { ScheduleForm } from '../../lib/scheduleform';
import { useUnsaved } from '../../lib/unsaved';
import { dateText, isZone, localTime, ownZone } from '../../lib/zones';
import { Button } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { Page } from '../../parts/Page';
import { Panel } from '../../parts/Panel';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { JobPicker } from './editor/JobPicker';
import { PreviewPanel } from './editor/PreviewPanel';
import { RulesEditor } from './editor/RulesEditor';
import { RunEditor } from './editor/RunEditor';
import { TimingEditor } from './editor/TimingEditor';

import { keptSecrets, scheduledValues } from './editor/values';

/** A new schedule, or a change of one that exists. */
export default function ScheduleEditor({ schedule: reference }: { schedule?: string }) {
  const found = useResource(reference === undefined ? null : `schedule/${reference}`, (signal) => api.schedules.show(reference ?? '', { signal }));
  if (reference === undefined) return <Editor schedule={null} />;
  if (!found.value)
    return <div className="page">{found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : <Skeleton />}</div>;
  return <Editor key={found.value.id} schedule={found.value} />;
}

function Editor({ schedule }: { schedule: Schedule | null }) {
  const [query] = useQuery();
  const [form, setForm] = useState<ScheduleForm>(() => (schedule ? scheduleForm(schedule) : firstForm(ownZone(), query.get('job') ?? '')));
  const [changed, setChanged] = useState(false);
  const [tried, setTried] = useState(false);
  const [count, setCount] = useState(10);
  const [typed, setTyped] = useState<Typed | null>(null);
  useCrumbs([
    { word: 'Schedules', to: '/schedules' },
    schedule ? { word: schedule.definition.name, to: `/schedules/${schedule.serial}` } : { word: 'New schedule' },
    ...(schedule ? [{ word: 'Change' }] : []),
  ]);
  useUnsaved(changed, 'Leave without saving? Your changes of this schedule will be lost.');
  const change = (patch: Partial<ScheduleForm>) => {
    setForm((old) => ({ ...old, ...patch }));
    setChanged(true);
  };

  const found = useResource(form.job === '' ? null : `job/${form.job}`, (signal) => api.jobs.show(form.job, { signal }));
  const job = found.value;
  const parameters = useMemo(() => job?.definition.parameters ?? [], [job]);
  const isSavedJob = schedule !== null && job?.id === schedule.job.id;
  const given = isSavedJob ? schedule.definition.run?.parameters : undefined;
  const kept = keptSecrets(given);
  const present = typed ?? firstValues(parameters, given ?? {});
  useEffect(() => setTyped(null), [job?.id]);
  const { values, errors } = scheduledValues(parameters, present, kept);

  const zone = form.timing.zone.trim() === '' ? 'UTC' : form.timing.zone.trim();
  const timing = isZone(zone) ? readTiming(form.timing, dateText(localTime(zone, Date.now()))) : null;
  const run = readRun(form, {});
  const wish: PreviewSchedule | null =
    timing === null
      ? null
      : {
          timing,
          count,
          ...(form.name.trim() === '' ? {} : { name: form.name.trim() }),
          ...(schedule ? { schedule: schedule.id } : {}),
          ...(job ? { job: job.id } : {}),
          ...(job && run.targets ? { run: { targets: run.targets } } : {}),
          ...(form.calendars.length > 0 ? { calendars: form.calendars } : {}),
        };
  const preview = useAsked(wish, (one, signal) => api.schedules.preview(one, { signal }));

  const save = useAction(async () => {
    if (timing === null) return;
    const definition = readSchedule(form, timing, values);
    const saved = schedule
      ? await api.schedules.update(schedule.id, { definition, revision: schedule.revision })
      : await api.schedules.create({ definition });
    leaveFreely();
    toast(`${saved.definition.name} is saved.`, 'succeeded');
    navigate(`/schedules/${saved.serial}`);
  });
  const press = () => {
    setTried(true);
    if (form.name.trim() !== '' && form.job !== '' && timing !== null && Object.keys(errors).length === 0) void save.run();
  };
  const problem = bothProblems(inForm(save.problem), preview.problem);
  return (
    <Page
      title={schedule ? `Change ${schedule.definition.name}` : 'New schedule'}
      wide
      actions={
        <>
          <Button onClick={() => navigate(schedule ? `/schedules/${schedule.serial}` : '/schedules')}>Close</Button>
          <Button kind="primary" busy={save.busy} onClick={press} data-testid="schedule-save">
            Save the schedule
          </Button>
        </>
      }
    >
      {save.problem ? <ProblemNote problem={save.problem} /> : null}
      <div className="schedule-editor">
        <div className="form">
          <Panel title="What">
            <div className="form">
              <Field
                label="Name"
                problem={problem}
                pointer="#/name"
                error={tried && form.name.trim() === '' ? 'Give it a name, so that others know what it is.' : undefined}
              >
                <input
                  type="text"
                  autoComplete="off"
                  value={form.name}
                  data-testid="schedule-name"
                  onChange={(event) => change({ name: event.target.value })}
                />
              </Field>
              <JobPicker
                reference={form.job}
                job={job}
                problem={problem}
                missing={tried && form.job === ''}
                onChange={(next) => change({ job: next, ownTargets: false, targets: '', exclude: [] })}
              />
              {found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : null}
              <Field label="Description" optional problem={problem} pointer="#/description">
                <input type="text" value={form.description} onChange={(event) => change({ description: event.target.value })} />
              </Field>
            </div>
          </Panel>
          <Panel title="When">
            <div className="form">
              <TimingEditor form={form.timing} problem={problem} onChange={(next) => change({ timing: next })} />
              {tried && timing === null ? <p className="field-error">Say when it is to run.</p> : null}
            </div>
          </Panel>
          {job ? (
            <Panel title="With">
              <div className="form">
                <RunEditor
                  job={job}
                  form={form}
                  typed={present}
                  kept={kept}
                  errors={tried ? errors : {}}
                  problem={problem}
                  onChange={change}
                  onTyped={(next) => {
                    setTyped(next);
                    setChanged(true);
                  }}
                />
              </div>
            </Panel>
          ) : null}
          <Panel title="When something is in the way">
            <div className="form">
              <RulesEditor form={form} problem={problem} onChange={change} />
            </div>
          </Panel>
        </div>
        <div className="schedule-preview" role="region" aria-label="Preview" tabIndex={0}>
          <PreviewPanel preview={preview} zone={isZone(zone) ? zone : 'UTC'} count={count} onCount={setCount} />
        </div>
      </div>
    </Page>
  );
}

/** The places of both problems, for the fields; each once. */
function bothProblems(one: Problem | undefined, other: Problem | undefined): Problem | undefined {
  if (!one || !other) return one ?? other;
  const places = [...(one.errors ?? [])];
  for (const place of other.errors ?? []) if (!places.some((known) => known.pointer === place.pointer)) places.push(place);
  return { ...one, errors: places };
}
