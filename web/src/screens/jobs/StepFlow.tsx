import { useState } from 'react';
import type { JsonValue, Problem, StepDefinition } from '../../lib/api';
import { placesAt } from '../../http';
import { Check } from '../../parts/Check';
import { Field } from '../../parts/Field';
import { FieldGroup } from '../../parts/FieldGroup';
import { Fold } from '../../parts/Fold';
import { filledLines, LinesArea } from '../../parts/LinesArea';

interface StepFlowProps {
  step: StepDefinition;
  number: number;
  /** The names of all steps of the job in order. */
  names: string[];
  pointer: string;
  problem: Problem;
  onChange: (step: StepDefinition) => void;
}

/** The items of a loop out of lines: whole numbers become numbers. */
export function readItems(text: string): JsonValue[] {
  return filledLines(text).map((line) => (/^-?(0|[1-9]\d{0,14})$/.test(line.trim()) ? Number(line) : line));
}

/** When a step runs, on which targets and how often: what it waits for, conditions, loops. */
export function StepFlow({ step, number, names, pointer, problem, onChange }: StepFlowProps) {
  const set = (patch: Partial<StepDefinition>) => onChange({ ...step, ...patch });
  const waits = step.needs === undefined ? 'before' : step.needs.length === 0 ? 'nothing' : 'these';
  const [isPicking, setPicking] = useState(waits === 'these');
  const shown = waits === 'these' || isPicking ? 'these' : waits;
  const loop = step.for_each === undefined ? 'once' : typeof step.for_each === 'string' ? 'expression' : 'list';
  const fields = ['needs', 'join', 'when', 'only_on', 'for_each', 'runs', 'on_failure'];
  const others = names.map((name, at) => ({ name, at })).filter(({ name, at }) => at !== number - 1 && name !== '');
  const choose = (kind: string) => {
    setPicking(kind === 'these');
    if (kind === 'before') set({ needs: undefined, join: undefined });
    else if (kind === 'nothing') set({ needs: [], join: undefined });
    else if (step.needs === undefined) set({ needs: number > 1 ? [names[number - 2] ?? ''] : [] });
  };
  const tick = (name: string, on: boolean) => {
    const chosen = new Set(step.needs ?? []);
    if (on) chosen.add(name);
    else chosen.delete(name);
    set({ needs: others.filter((other) => chosen.has(other.name)).map((other) => other.name), ...(chosen.size < 2 ? { join: undefined } : {}) });
  };
  return (
    <Fold
      title="Order, conditions and repetition"
      isSet={fields.some((name) => name in step)}
      isWrong={fields.some((name) => placesAt(problem.errors, `${pointer}/${name}`).length > 0)}
      testId="step-flow"
    >
      <div className="form-row">
        <Field label="Waits for" {...(shown === 'these' ? {} : { problem, pointer: `${pointer}/needs` })}>
          <select value={shown} data-testid="step-waits" onChange={(event) => choose(event.target.value)}>
            <option value="before">{number === 1 ? 'Nothing, as the first step' : 'The step before'}</option>
            {number > 1 || shown === 'nothing' ? <option value="nothing">Nothing</option> : null}
            {others.length > 0 ? <option value="these">Steps of my choice</option> : null}
          </select>
        </Field>
        <Field label="Runs" problem={problem} pointer={`${pointer}/runs`}>
          <select
            value={step.runs ?? 'success'}
            data-testid="step-runs"
            onChange={(event) =>
              set({ runs: event.target.value === 'success' ? undefined : (event.target.value as NonNullable<StepDefinition['runs']>) })
            }
          >
            <option value="success">When those it waits for went well</option>
            <option value="failure">After a failure only</option>
            <option value="always">In any case, such as to clean up</option>
          </select>
        </Field>
        <Field label="After a failure of it" problem={problem} pointer={`${pointer}/on_failure`}>
          <select
            value={step.on_failure ?? 'stop'}
            data-testid="step-failure"
            onChange={(event) =>
              set({
                on_failure: event.target.value === 'stop' ? undefined : (event.target.value as NonNullable<StepDefinition['on_failure']>),
              })
            }
          >
            <option value="stop">Stop this target</option>
            <option value="continue">Go on; the target fails at the end</option>
            <option value="ignore">Go on as if it went well</option>
          </select>
        </Field>
      </div>
      {shown === 'these' ? (
        <FieldGroup label="Steps to wait for" problem={problem} pointer={`${pointer}/needs`}>
          <div className="picks">
            {others.map(({ name, at }) => (
              <Check
                key={at}
                checked={(step.needs ?? []).includes(name)}
                onChange={(on) => tick(name, on)}
                testId={`needs-${at + 1}`}
              >
                {at + 1} {name}
              </Check>
            ))}
          </div>
        </FieldGroup>
      ) : null}
      {(step.needs ?? []).length > 1 || step.join !== undefined ? (
        <Field label="Of these" problem={problem} pointer={`${pointer}/join`}>
          <select
            value={step.join ?? 'all'}
            data-testid="step-join"
            onChange={(event) => set({ join: event.target.value === 'any' ? 'any' : undefined })}
          >
            <option value="all">All must have gone well</option>
            <option value="any">One is enough</option>
          </select>
        </Field>
      ) : null}
      <Field
        label="Only when"
        optional
        hint={'An expression; the step is skipped when it is false. For example: steps.build.outputs.version != parameters.version'}
        problem={problem}
        pointer={`${pointer}/when`}
      >
        <input
          type="text"
          className="mono"
          spellCheck={false}
          value={step.when ?? ''}
          data-testid="step-when"
          onChange={(event) => set({ when: event.target.value })}
        />
      </Field>
      <Field
        label="Only on targets"
        optional
        hint="A filter, as for the job: it is skipped on the others."
        problem={problem}
        pointer={`${pointer}/only_on`}
      >
        <input
          type="text"
          className="mono"
          spellCheck={false}
          placeholder="os = debian"
          value={step.only_on ?? ''}
          data-testid="step-only-on"
          onChange={(event) => set({ only_on: event.target.value })}
        />
      </Field>
      {step.approval || step.job !== undefined ? null : (
        <div className="form-row">
          <Field label="Done">
            <select
              value={loop}
              data-testid="step-loop"
              onChange={(event) => {
                const kind = event.target.value;
                if (kind === 'once') set({ for_each: undefined });
                else if (kind === 'expression') set({ for_each: 'lines(steps.NAME.stdout)' });
                else set({ for_each: ['first', 'second'] });
              }}
            >
              <option value="once">Once</option>
              <option value="list">For each of a list</option>
              <option value="expression">For each that an expression gives</option>
            </select>
          </Field>
          {loop === 'list' ? (
            <Field
              label="List"
              className="field-grow"
              hint="One to a line; the step reads it as {{ item }}."
              problem={problem}
              pointer={`${pointer}/for_each`}
            >
              <LinesArea
                rows={3}
                value={Array.isArray(step.for_each) ? step.for_each.map(String) : []}
                testId="step-items"
                onChange={(lines) => set({ for_each: readItems(lines.join('\n')) })}
              />
            </Field>
          ) : loop === 'expression' ? (
            <Field
              label="Expression"
              className="field-grow"
              hint="It gives a list; the step reads each as {{ item }}."
              problem={problem}
              pointer={`${pointer}/for_each`}
            >
              <input
                type="text"
                className="mono"
                spellCheck={false}
                value={String(step.for_each ?? '')}
                data-testid="step-items"
                onChange={(event) => set({ for_each: event.target.value })}
              />
            </Field>
          ) : null}
        </div>
      )}
    </Fold>
  );
}
