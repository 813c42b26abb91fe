import type { Job, Problem } from '../../../lib/api';
import type { Typed } from '../../../lib/parameters';
import type { ScheduleForm } from '../../../lib/scheduleform';
import { placesAt } from '../../../http';
import { Field } from '../../../parts/Field';
import { Fold } from '../../../parts/Fold';
import { Segments } from '../../../parts/Segments';
import { ParameterFields } from '../../jobs/ParameterFields';
import { priorityWords } from '../../jobs/PriorityChoice';
import { TargetPicker } from '../../jobs/TargetPicker';
import { runProblem } from './values';

/** What the job is run with each time. */
export function RunEditor({
  job,
  form,
  typed,
  kept,
  errors,
  problem,
  onChange,
  onTyped,
}: {
  job: Job;
  form: ScheduleForm;
  typed: Typed;
  /** Secret parameters whose value is kept when nothing is typed. */
  kept: Set<string>;
  errors: Record<string, string>;
  problem: Problem | undefined;
  onChange: (patch: Partial<ScheduleForm>) => void;
  onTyped: (typed: Typed) => void;
}) {
  const { definition } = job;
  const parameters = (definition.parameters ?? []).map((parameter) =>
    kept.has(parameter.name)
      ? { ...parameter, required: false, description: [parameter.description, 'A value is kept; type to replace it.'].filter(Boolean).join(' ') }
      : parameter,
  );
  const own = form.ownTargets || !definition.targets;
  const targetsWrong = placesAt(problem?.errors, '#/run/targets');
  return (
    <>
      {parameters.length > 0 ? (
        <section>
          <h3>Parameters</h3>
          <ParameterFields parameters={parameters} typed={typed} errors={errors} problem={runProblem(problem)} onChange={onTyped} />
        </section>
      ) : null}
      <section>
        <h3>Targets</h3>
        {definition.targets ? (
          <Segments
            label="Targets"
            testId="schedule-targets"
            value={own ? 'own' : 'job'}
            options={[
              ['job', 'As the job says'],
              ['own', 'Others'],
            ]}
            onChange={(choice) =>
              onChange({ ownTargets: choice === 'own', targets: form.targets || (definition.targets ?? ''), exclude: choice === 'own' ? form.exclude : [] })
            }
          />
        ) : null}
        {own ? (
          <TargetPicker
            filter={form.targets}
            onFilter={(targets) => onChange({ targets, exclude: [], ownTargets: true })}
            excluded={new Set(form.exclude)}
            onExcluded={(excluded) => onChange({ exclude: [...excluded] })}
            onCount={() => undefined}
          />
        ) : (
          <p className="muted">
            <code>{definition.targets}</code>; which these are is found out each time.
          </p>
        )}
        {targetsWrong.length > 0 ? <p className="field-error">{targetsWrong.map((place) => place.detail).join(' ')}</p> : null}
      </section>
      <Fold
        title="How many at a time, priority, locks"
        isSet={form.maxParallel !== '' || form.priority !== '' || form.locks !== ''}
        isWrong={['max_parallel', 'priority', 'locks'].some((name) => placesAt(problem?.errors, `#/run/${name}`).length > 0)}
      >
        <div className="form-row">
          <Field label="At most so many at a time" optional problem={problem} pointer="#/run/max_parallel">
            <input
              type="number"
              min={1}
              max={10000}
              placeholder={String(definition.max_parallel ?? 50)}
              value={form.maxParallel}
              onChange={(event) => onChange({ maxParallel: event.target.value })}
            />
          </Field>
          <Field label="Priority" problem={problem} pointer="#/run/priority">
            <select value={form.priority} onChange={(event) => onChange({ priority: event.target.value as ScheduleForm['priority'] })}>
              <option value="">As the job says</option>
              {Object.entries(priorityWords).map(([key, word]) => (
                <option key={key} value={key}>
                  {word}
                </option>
              ))}
            </select>
          </Field>
          <Field label="Locks" optional hint="Names that one run at a time may hold, apart by spaces." problem={problem} pointer="#/run/locks">
            <input type="text" spellCheck={false} value={form.locks} onChange={(event) => onChange({ locks: event.target.value })} />
          </Field>
        </div>
      </Fold>
    </>
  );
}
