import { useMay } from '../../app/session';
import type { JobDefinition, Problem, RolloutDefinition } from '../../lib/api';
import { placesAt } from '../../http';
import { Check } from '../../parts/Check';
import { Field } from '../../parts/Field';
import { Fold } from '../../parts/Fold';
import { LinesArea } from '../../parts/LinesArea';
import { PriorityChoice } from './PriorityChoice';

/** How runs of a job get along with each other, and how a run goes through its targets. */
export function JobControl({
  definition,
  problem,
  onChange,
}: {
  definition: JobDefinition;
  problem: Problem;
  onChange: (patch: Partial<JobDefinition>) => void;
}) {
  const { rollout } = definition;
  const mayConfirm = useMay('guard.write');
  const setRollout = (patch: Partial<RolloutDefinition>) => onChange({ rollout: { ...rollout, ...patch } });
  const wrong = (names: string[]) => names.some((name) => placesAt(problem.errors, `#/${name}`).length > 0);
  const amount = (key: 'canary' | 'batch' | 'max_failures', label: string, placeholder: string, hint: string) => (
    <Field label={label} optional hint={hint} problem={problem} pointer={`#/rollout/${key}`}>
      <input
        type="text"
        inputMode="numeric"
        spellCheck={false}
        placeholder={placeholder}
        value={rollout?.[key] ?? ''}
        data-testid={`rollout-${key}`}
        onChange={(event) => setRollout({ [key]: event.target.value.trim() })}
      />
    </Field>
  );
  return (
    <>
      <Fold
        title="Other runs, locks and priority"
        isSet={['concurrency', 'locks', 'priority', 'confirmed_for_production'].some((name) => name in definition)}
        isWrong={wrong(['concurrency', 'locks', 'priority', 'confirmed_for_production'])}
        testId="job-control"
      >
        <div className="form-row">
          <Field label="While it still runs" className="field-grow" problem={problem} pointer="#/concurrency">
            <select
              value={definition.concurrency ?? 'allow'}
              data-testid="job-concurrency"
              onChange={(event) =>
                onChange({
                  concurrency:
                    event.target.value === 'allow' ? undefined : (event.target.value as NonNullable<JobDefinition['concurrency']>),
                })
              }
            >
              <option value="allow">Another run begins beside it</option>
              <option value="forbid">Another run is refused</option>
              <option value="queue">Another run waits for it</option>
              <option value="replace">Another run cancels it and takes its place</option>
            </select>
          </Field>
          <PriorityChoice
            value={definition.priority ?? 'normal'}
            problem={problem}
            onChange={(priority) => onChange({ priority: priority === 'normal' ? undefined : priority })}
          />
        </div>
        <Field
          label="Locks"
          optional
          hint="Names, one to a line. Of all runs that name the same lock, in whatever job, one works at a time."
          problem={problem}
          pointer="#/locks"
        >
          <LinesArea
            value={definition.locks ?? []}
            testId="job-locks"
            onChange={(names) => onChange({ locks: names.length > 0 ? names : undefined })}
          />
        </Field>
        {mayConfirm || definition.confirmed_for_production ? (
          <Check
            checked={definition.confirmed_for_production === true}
            onChange={(on) => onChange({ confirmed_for_production: on || undefined })}
            testId="job-confirmed"
          >
            Runs on production need no confirmation
          </Check>
        ) : null}
      </Fold>
      <Fold title="Rollout" isSet={rollout !== undefined} isWrong={wrong(['rollout'])} testId="job-rollout">
        <div className="form-row">
          {amount('canary', 'Canary', '1 or 5%', 'So many targets first; the others only if all of these succeed.')}
          {amount('batch', 'Batch', '10 or 25%', 'So many at a time after that; all when empty.')}
          {amount('max_failures', 'May fail', '0', 'So many targets may fail.')}
        </div>
        <Field label="When more fail" problem={problem} pointer="#/rollout/on_too_many_failures">
          <select
            value={rollout?.on_too_many_failures ?? 'stop'}
            disabled={rollout === undefined}
            data-testid="rollout-then"
            onChange={(event) => setRollout({ on_too_many_failures: event.target.value === 'pause' ? 'pause' : undefined })}
          >
            <option value="stop">The waiting targets are cancelled and the run fails</option>
            <option value="pause">The waiting targets wait until somebody goes on</option>
          </select>
        </Field>
      </Fold>
    </>
  );
}
