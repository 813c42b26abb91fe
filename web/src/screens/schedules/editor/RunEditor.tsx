import type { Job, Problem } from '../../../lib/api';
import type { Typed } from '../../../lib/parameters';
import type { ScheduleForm } from '../../../lib/scheduleform';
import { placesAt } from '../../../http';
import { Segments } from '../../../parts/Segments';
import { ParameterFields } from '../../jobs/ParameterFields';
import { TargetPicker } from '../../jobs/TargetPicker';
import { RunLimits } from '../mapping/RunLimits';
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
      <RunLimits limits={form} usual={definition.max_parallel} problem={problem} onChange={onChange} />
    </>
  );
}
