import { useEffect } from 'react';
import type { JobDefinition, ProblemPlace, StepDefinition } from '../../lib/api';
import { moved, wholeNumber, withoutStep, withStep } from '../../lib/jobstate';
import { Button } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { Panel } from '../../parts/Panel';
import { JobControl } from './JobControl';
import { goToStep } from './JobGraph';
import { NamedTexts } from './NamedTexts';
import { ParametersEditor } from './ParametersEditor';
import { StepEditor } from './StepEditor';

/** A job as a form. */
export function JobForm({
  definition,
  errors,
  onChange,
}: {
  definition: JobDefinition | null;
  errors: ProblemPlace[];
  onChange: (definition: JobDefinition) => void;
}) {
  const isReadable = definition !== null;
  useEffect(() => {
    const wanted = /^#step-(\d+)$/.exec(location.hash);
    if (isReadable && wanted) goToStep(Number(wanted[1]) - 1);
  }, [isReadable]);
  if (!definition)
    return (
      <Panel title="Form">
        <p className="muted">The YAML cannot be read yet. Mend its errors, and the form comes back.</p>
      </Panel>
    );
  const set = (patch: Partial<JobDefinition>) => onChange({ ...definition, ...patch });
  const problem = { type: '', title: '', status: 422, detail: '', errors };
  const steps = definition.steps ?? [];
  const names = steps.map((step) => step.name ?? '');
  const setStep = (at: number, step: StepDefinition) => set({ steps: withStep(steps, at, step) });
  const freeName = () => {
    let number = steps.length + 1;
    while (steps.some((step) => step.name === `step ${number}`)) number += 1;
    return `step ${number}`;
  };
  return (
    <div className="form">
      <Panel title="Job">
        <div className="form">
          <Field label="Name" problem={problem} pointer="#/name">
            <input
              type="text"
              value={definition.name ?? ''}
              data-testid="job-name"
              onChange={(event) => set({ name: event.target.value })}
            />
          </Field>
          <Field label="Description" optional problem={problem} pointer="#/description">
            <textarea rows={2} value={definition.description ?? ''} onChange={(event) => set({ description: event.target.value })} />
          </Field>
          <Field
            label="Targets"
            optional
            hint="The filter of the usual targets; a run may give another."
            problem={problem}
            pointer="#/targets"
          >
            <input
              type="text"
              spellCheck={false}
              value={definition.targets ?? ''}
              data-testid="job-targets"
              onChange={(event) => set({ targets: event.target.value })}
            />
          </Field>
          <div className="form-row">
            <Field label="At a time" optional problem={problem} pointer="#/max_parallel">
              <input
                type="number"
                min={1}
                placeholder="50"
                value={definition.max_parallel ?? ''}
                onChange={(event) => set({ max_parallel: wholeNumber(event.target.value) as number })}
              />
            </Field>
            <Field label="Longest for one target, s" optional problem={problem} pointer="#/timeout_seconds">
              <input
                type="number"
                min={1}
                placeholder="no limit"
                value={definition.timeout_seconds ?? ''}
                onChange={(event) => set({ timeout_seconds: wholeNumber(event.target.value) as number })}
              />
            </Field>
          </div>
          <JobControl definition={definition} problem={problem} onChange={set} />
        </div>
      </Panel>
      <Panel title="Parameters">
        <ParametersEditor parameters={definition.parameters ?? []} problem={problem} onChange={(parameters) => set({ parameters })} />
        <NamedTexts
          title="Values for jobs that call this one"
          hint="Expressions over the parameters and the results of the steps, read when the job has gone well. For example: steps.build.outputs.version"
          what="Expression"
          add="Add a value"
          values={definition.outputs ?? {}}
          pointer="#/outputs"
          problem={problem}
          testId="job-outputs"
          onChange={(outputs) => set({ outputs })}
        />
      </Panel>
      <Panel title="Steps">
        <ol className="stepeditors">
          {steps.map((step, at) => (
            <li key={at}>
              <StepEditor
                step={step}
                number={at + 1}
                names={names}
                last={at === steps.length - 1}
                only={steps.length === 1}
                problem={problem}
                onChange={(next) => setStep(at, next)}
                onMove={(by) => set({ steps: moved(steps, at, at + by) })}
                onRemove={() => set({ steps: withoutStep(steps, at) })}
              />
            </li>
          ))}
        </ol>
        <Button small icon="plus" onClick={() => set({ steps: [...steps, { name: freeName(), command: '' }] })} data-testid="step-add">
          Add a step
        </Button>
      </Panel>
    </div>
  );
}
