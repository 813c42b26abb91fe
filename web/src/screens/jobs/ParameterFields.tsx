import type { ParameterDefinition, Problem } from '../../lib/api';
import { placesAt } from '../../http';
import type { Typed } from '../../lib/parameters';
import { Check } from '../../parts/Check';
import { Field } from '../../parts/Field';

interface ParameterFieldsProps {
  parameters: ParameterDefinition[];
  typed: Typed;
  errors: Record<string, string>;
  problem?: Problem | undefined;
  onChange: (typed: Typed) => void;
}

/** The launch parameters of a run, each as its type asks for. */
export function ParameterFields({ parameters, typed, errors, problem, onChange }: ParameterFieldsProps) {
  const set = (name: string, value: string | boolean) => onChange({ ...typed, [name]: value });
  return (
    <>
      {parameters.map((parameter) => {
        const { name } = parameter;
        const value = typed[name] ?? '';
        const found = placesAt(problem?.errors, `#/parameters/${name}`)
          .map((place) => place.detail)
          .join(' ');
        const error = errors[name] ?? (found || undefined);
        if (parameter.type === 'boolean') {
          return (
            <div key={name} className="field">
              <Check checked={value === true} onChange={(on) => set(name, on)} testId={`parameter-${name}`}>
                {name}
              </Check>
              {parameter.description ? <p className="field-hint">{parameter.description}</p> : null}
              {error ? <p className="field-error">{error}</p> : null}
            </div>
          );
        }
        return (
          <Field key={name} label={name} optional={!parameter.required} hint={parameter.description} error={error}>
            {parameter.type === 'choice' ? (
              <select value={String(value)} data-testid={`parameter-${name}`} onChange={(event) => set(name, event.target.value)}>
                <option value="">{parameter.required ? 'Choose one' : 'None'}</option>
                {(parameter.choices ?? []).map((choice) => (
                  <option key={choice}>{choice}</option>
                ))}
              </select>
            ) : (
              <input
                type={parameter.type === 'secret' ? 'password' : 'text'}
                inputMode={parameter.type === 'integer' ? 'numeric' : undefined}
                autoComplete="off"
                autoCapitalize="off"
                value={String(value)}
                data-testid={`parameter-${name}`}
                onChange={(event) => set(name, event.target.value)}
              />
            )}
          </Field>
        );
      })}
    </>
  );
}
