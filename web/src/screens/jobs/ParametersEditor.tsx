import type { JsonValue, ParameterDefinition, ParameterType, Problem } from '../../lib/api';
import { moved } from '../../lib/jobstate';
import { Button } from '../../parts/Button';
import { Check } from '../../parts/Check';
import { Field } from '../../parts/Field';

interface ParametersEditorProps {
  parameters: ParameterDefinition[];
  problem: Problem;
  onChange: (parameters: ParameterDefinition[]) => void;
}

function typedDefault(type: ParameterType, text: string): JsonValue | undefined {
  if (text === '') return undefined;
  if (type === 'integer' && /^[+-]?\d+$/.test(text)) return Number(text);
  return text;
}

/** The launch parameters of a job. */
export function ParametersEditor({ parameters, problem, onChange }: ParametersEditorProps) {
  const set = (at: number, patch: Partial<ParameterDefinition>) =>
    onChange(parameters.map((old, other) => (other === at ? { ...old, ...patch } : old)));
  const retype = (at: number, type: ParameterType) => {
    const { name, description, required } = parameters[at] ?? { name: '' };
    const next = {
      name,
      type,
      ...(description ? { description } : {}),
      ...(required ? { required } : {}),
      ...(type === 'choice' ? { choices: ['one', 'two'] } : {}),
    };
    onChange(parameters.map((old, other) => (other === at ? next : old)));
  };
  return (
    <div className="form">
      {parameters.map((parameter, at) => {
        const pointer = `#/parameters/${at}`;
        return (
          <fieldset key={at} className="method">
            <legend>Parameter {at + 1}</legend>
            <div className="method-tools">
              <Button
                small
                kind="quiet"
                icon="up"
                aria-label={`Move parameter ${at + 1} up`}
                disabled={at === 0}
                onClick={() => onChange(moved(parameters, at, at - 1))}
              />
              <Button
                small
                kind="quiet"
                icon="down"
                aria-label={`Move parameter ${at + 1} down`}
                disabled={at === parameters.length - 1}
                onClick={() => onChange(moved(parameters, at, at + 1))}
              />
              <Button
                small
                kind="quiet"
                icon="trash"
                aria-label={`Remove parameter ${at + 1}`}
                onClick={() => onChange(parameters.filter((_, other) => other !== at))}
              />
            </div>
            <div className="form-row">
              <Field label="Name" className="field-grow" problem={problem} pointer={`${pointer}/name`}>
                <input
                  type="text"
                  spellCheck={false}
                  value={parameter.name ?? ''}
                  onChange={(event) => set(at, { name: event.target.value })}
                />
              </Field>
              <Field label="Type" problem={problem} pointer={`${pointer}/type`}>
                <select value={parameter.type} onChange={(event) => retype(at, event.target.value as ParameterType)}>
                  <option value="string">Text</option>
                  <option value="integer">Whole number</option>
                  <option value="boolean">Yes or no</option>
                  <option value="choice">Choice</option>
                  <option value="secret">Secret</option>
                </select>
              </Field>
            </div>
            <Field label="Description" optional problem={problem} pointer={`${pointer}/description`}>
              <input type="text" value={parameter.description ?? ''} onChange={(event) => set(at, { description: event.target.value })} />
            </Field>
            {parameter.type === 'choice' ? (
              <Field label="Choices" hint="One to a line." problem={problem} pointer={`${pointer}/choices`}>
                <textarea
                  rows={3}
                  value={(parameter.choices ?? []).join('\n')}
                  onChange={(event) => set(at, { choices: event.target.value.split('\n') })}
                />
              </Field>
            ) : null}
            <div className="form-row">
              {parameter.type === 'boolean' ? (
                <Check checked={parameter.default === true} onChange={(on) => set(at, { default: on })}>
                  Yes when a run gives none
                </Check>
              ) : parameter.type === 'secret' ? null : (
                <Field label="When a run gives none" optional className="field-grow" problem={problem} pointer={`${pointer}/default`}>
                  <input
                    type="text"
                    value={parameter.default === undefined || parameter.default === null ? '' : String(parameter.default)}
                    onChange={(event) => set(at, { default: typedDefault(parameter.type, event.target.value) as JsonValue })}
                  />
                </Field>
              )}
              {parameter.type === 'string' ? (
                <Field label="Pattern" optional className="field-grow" problem={problem} pointer={`${pointer}/pattern`}>
                  <input
                    type="text"
                    spellCheck={false}
                    placeholder="[a-z]+"
                    value={parameter.pattern ?? ''}
                    onChange={(event) => set(at, { pattern: event.target.value })}
                  />
                </Field>
              ) : null}
            </div>
            <Check
              checked={parameter.required === true}
              onChange={(on) => set(at, { required: on || undefined } as Partial<ParameterDefinition>)}
            >
              A run must give it
            </Check>
          </fieldset>
        );
      })}
      <div>
        <Button
          small
          icon="plus"
          onClick={() => onChange([...parameters, { name: `parameter_${parameters.length + 1}`, type: 'string' }])}
          data-testid="parameter-add"
        >
          Add a parameter
        </Button>
      </div>
    </div>
  );
}
