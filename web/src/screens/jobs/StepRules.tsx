import { useState } from 'react';
import type { Problem, StepDefinition } from '../../lib/api';
import { placesAt } from '../../http';
import { wholeNumber } from '../../lib/jobstate';
import { Check } from '../../parts/Check';
import { Field } from '../../parts/Field';
import { Fold } from '../../parts/Fold';

type NumberKey = 'timeout_seconds' | 'idle_timeout_seconds' | 'output_limit_bytes';

function environmentText(environment: Record<string, string> | undefined): string {
  return Object.entries(environment ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}

function readEnvironment(text: string): Record<string, string> | undefined {
  const pairs = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): [string, string] => {
      const at = line.indexOf('=');
      return at < 0 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1)];
    });
  return pairs.length > 0 ? Object.fromEntries(pairs) : undefined;
}

/** How a step runs: limits, retries, what counts as success, and in what surroundings. */
export function StepRules({
  step,
  pointer,
  problem,
  onChange,
}: {
  step: StepDefinition;
  pointer: string;
  problem: Problem;
  onChange: (step: StepDefinition) => void;
}) {
  const [typed, setTyped] = useState('');
  const isTyped = JSON.stringify(readEnvironment(typed)) === JSON.stringify(step.environment);
  const environment = isTyped ? typed : environmentText(step.environment);
  const set = (patch: { [Key in keyof StepDefinition]?: StepDefinition[Key] | undefined }) =>
    onChange({ ...step, ...patch } as StepDefinition);
  const number = (key: NumberKey, label: string, placeholder: string) => (
    <Field label={label} optional problem={problem} pointer={`${pointer}/${key}`}>
      <input
        type="number"
        min={1}
        placeholder={placeholder}
        value={step[key] ?? ''}
        onChange={(event) => set({ [key]: wholeNumber(event.target.value) })}
      />
    </Field>
  );
  const setRetries = (patch: Partial<NonNullable<StepDefinition['retries']>>) =>
    set({ retries: { attempts: 2, ...step.retries, ...patch } });
  const names = [
    'environment',
    'working_directory',
    'timeout_seconds',
    'idle_timeout_seconds',
    'retries',
    'accepted_exit_codes',
    'repeatable',
    'survives',
    'output_limit_bytes',
    'standard_input',
  ];
  const isWrong = names.some((name) => placesAt(problem.errors, `${pointer}/${name}`).length > 0);
  const isUsed = names.some((name) => name in step);
  return (
    <Fold title="Limits, retries and environment" isSet={isUsed} isWrong={isWrong} testId="step-rules">
        <div className="form-row">
          <Field label="Exit codes that mean success" optional problem={problem} pointer={`${pointer}/accepted_exit_codes`}>
            <input
              type="text"
              placeholder="0"
              key={(step.accepted_exit_codes ?? []).join()}
              defaultValue={(step.accepted_exit_codes ?? []).join(', ')}
              onBlur={(event) => {
                const codes = event.target.value
                  .split(/[\s,]+/)
                  .filter((code) => /^\d+$/.test(code))
                  .map(Number);
                set({ accepted_exit_codes: codes.length > 0 ? codes : undefined });
              }}
            />
          </Field>
        </div>
        <div className="form-row">
          {number('timeout_seconds', 'Longest attempt, s', '3600')}
          {number('idle_timeout_seconds', 'Longest silence, s', 'no limit')}
          {number('output_limit_bytes', 'Output kept, bytes', '10000000')}
        </div>
        <div className="form-row">
          <Field label="Attempts" optional problem={problem} pointer={`${pointer}/retries/attempts`}>
            <input
              type="number"
              min={1}
              max={100}
              placeholder="1"
              value={step.retries?.attempts ?? ''}
              onChange={(event) => {
                const attempts = wholeNumber(event.target.value);
                if (attempts === undefined) set({ retries: undefined });
                else setRetries({ attempts });
              }}
            />
          </Field>
          <Field label="First wait, s" optional problem={problem} pointer={`${pointer}/retries/delay_seconds`}>
            <input
              type="number"
              min={0}
              placeholder="1"
              disabled={!step.retries}
              value={step.retries?.delay_seconds ?? ''}
              onChange={(event) => setRetries({ delay_seconds: wholeNumber(event.target.value) as number })}
            />
          </Field>
          <Field label="Each wait times" optional problem={problem} pointer={`${pointer}/retries/factor`}>
            <input
              type="number"
              min={1}
              step="any"
              placeholder="2"
              disabled={!step.retries}
              value={step.retries?.factor ?? ''}
              onChange={(event) => setRetries({ factor: (event.target.value === '' ? undefined : Number(event.target.value)) as number })}
            />
          </Field>
          <Field label="Longest wait, s" optional problem={problem} pointer={`${pointer}/retries/max_delay_seconds`}>
            <input
              type="number"
              min={0}
              placeholder="300"
              disabled={!step.retries}
              value={step.retries?.max_delay_seconds ?? ''}
              onChange={(event) => setRetries({ max_delay_seconds: wholeNumber(event.target.value) as number })}
            />
          </Field>
        </div>
        <Field label="Start in directory" optional problem={problem} pointer={`${pointer}/working_directory`}>
          <input
            type="text"
            spellCheck={false}
            value={step.working_directory ?? ''}
            onChange={(event) => set({ working_directory: event.target.value })}
          />
        </Field>
        <Field
          label="Environment"
          optional
          hint="NAME=value, one to a line. It is visible on the target: never secrets."
          problem={problem}
          pointer={`${pointer}/environment`}
        >
          <textarea
            rows={2}
            spellCheck={false}
            value={environment}
            onChange={(event) => {
              setTyped(event.target.value);
              set({ environment: readEnvironment(event.target.value) });
            }}
          />
        </Field>
        <Field label="Standard input" optional problem={problem} pointer={`${pointer}/standard_input`}>
          <textarea
            rows={2}
            spellCheck={false}
            value={step.standard_input ?? ''}
            onChange={(event) => set({ standard_input: event.target.value })}
          />
        </Field>
        <Field
          label="Without its worker or connection"
          hint="Over SSH it can go on under a supervisor on the target, which keeps its output there meanwhile."
          problem={problem}
          pointer={`${pointer}/survives`}
        >
          <select
            value={step.survives ?? 'auto'}
            onChange={(event) =>
              set({ survives: event.target.value === 'auto' ? undefined : (event.target.value as NonNullable<StepDefinition['survives']>) })
            }
          >
            <option value="auto">Goes on if its longest attempt is set above 60 s</option>
            <option value="always">Goes on</option>
            <option value="never">Does not go on</option>
          </select>
        </Field>
        <Check checked={step.repeatable === true} onChange={(on) => set({ repeatable: on || undefined })}>
          May be started again after a worker died in the middle of it
        </Check>
    </Fold>
  );
}
