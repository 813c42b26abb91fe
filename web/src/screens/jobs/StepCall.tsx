import { api } from '../../lib/api';
import type { JsonValue, ParameterDefinition, Problem, StepDefinition } from '../../lib/api';
import { useResource } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { Link } from '../../parts/Link';
import { pointerPart } from './NamedTexts';

/** What a field says as a value: numbers and truth values where the parameter is one, unless a name is inserted. */
export function readArgument(text: string, type: ParameterDefinition['type'] | undefined): JsonValue {
  if (type === 'integer' && /^-?(0|[1-9]\d{0,14})$/.test(text.trim())) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** A step that does the steps of another job. */
export function StepCall({
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
  const name = step.job ?? '';
  const jobs = useResource('jobs to call', (signal) => api.jobs.list({ limit: 500 }, { signal }));
  const all = jobs.value?.items ?? [];
  const known = all.find((job) => job.name.toLowerCase() === name.toLowerCase() || job.serial === name.toUpperCase());
  const called = useResource(known ? `job ${known.id} ${known.version}` : null, (signal) => api.jobs.show(known?.id ?? '', { signal }));
  const parameters = called.value?.definition.parameters ?? [];
  const given = step.parameters ?? {};
  const strangers = Object.keys(given).filter((one) => called.value && !parameters.some((parameter) => parameter.name === one));
  const set = (parameter: string, value: JsonValue | undefined) => {
    const { [parameter]: _, ...rest } = given;
    const next = value === undefined ? rest : { ...rest, [parameter]: value };
    onChange({ ...step, parameters: Object.keys(next).length > 0 ? next : undefined });
  };
  const outputs = Object.keys(called.value?.definition.outputs ?? {});
  return (
    <>
      <Field
        label="Job to run"
        hint="Its steps run here, on the same targets. A run keeps the version that is current when it starts."
        problem={problem}
        pointer={`${pointer}/job`}
      >
        <select value={known?.name ?? name} data-testid="step-job" onChange={(event) => onChange({ ...step, job: event.target.value })}>
          {known ? null : <option value={name}>{name === '' ? 'Choose a job' : `${name} (there is no such job)`}</option>}
          {all.map((job) => (
            <option key={job.id} value={job.name}>
              {job.name}
            </option>
          ))}
        </select>
      </Field>
      {known ? (
        <p className="field-hint">
          <Link to={`/jobs/${known.serial}`}>{known.name}</Link>, version {known.version}
          {outputs.length > 0 ? `. Later steps can read ${outputs.map((one) => `steps.${step.name}.outputs.${one}`).join(', ')}` : ''}.
        </p>
      ) : null}
      {[...parameters, ...strangers.map((one): ParameterDefinition => ({ name: one, type: 'string' }))].map((parameter) => (
        <div key={parameter.name} className="form-row">
          <Field
            label={parameter.name}
            optional={parameter.required !== true}
            className="field-grow"
            hint={argumentHint(parameter)}
            problem={problem}
            pointer={`${pointer}/parameters/${pointerPart(parameter.name)}`}
          >
            <input
              type="text"
              className="mono"
              spellCheck={false}
              placeholder={parameter.default === undefined ? '' : String(parameter.default)}
              value={given[parameter.name] === undefined ? '' : String(given[parameter.name])}
              data-testid={`argument-${parameter.name}`}
              onChange={(event) =>
                set(parameter.name, event.target.value === '' ? undefined : readArgument(event.target.value, parameter.type))
              }
            />
          </Field>
          {strangers.includes(parameter.name) ? (
            <Button small kind="quiet" icon="trash" aria-label={`Remove ${parameter.name}`} onClick={() => set(parameter.name, undefined)} />
          ) : null}
        </div>
      ))}
    </>
  );
}

function argumentHint(parameter: ParameterDefinition): string {
  const own = parameter.description ? `${parameter.description} ` : '';
  if (parameter.type === 'secret') return `${own}Secret: pass a secret parameter on, as {{ parameters.NAME }}.`;
  if (parameter.type === 'choice') return `${own}One of ${(parameter.choices ?? []).join(', ')}, or a name such as {{ parameters.NAME }}.`;
  return `${own}A value, or names such as {{ parameters.NAME }}.`;
}
