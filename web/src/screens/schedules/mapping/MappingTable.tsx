import type { ParameterDefinition, Problem } from '../../../lib/api';
import { placesAt } from '../../../http';
import { rowOf } from '../../../lib/mapping';
import type { MappingRow, TriggeredForm } from '../../../lib/mapping';

/** Where the value of each parameter of the job comes from. */
export function MappingTable({
  parameters,
  form,
  source,
  example,
  problem,
  onChange,
}: {
  parameters: ParameterDefinition[];
  form: TriggeredForm;
  /** What values come from, in words: `the message`. */
  source: string;
  example: string;
  problem: Problem | undefined;
  onChange: (form: TriggeredForm) => void;
}) {
  if (parameters.length === 0) return <p className="muted">The job has no parameters.</p>;
  const set = (name: string, patch: Partial<MappingRow>) =>
    onChange({ ...form, rows: { ...form.rows, [name]: { ...rowOf(form, name), ...patch } } });
  return (
    <table className="table mapping" aria-label="Parameters and where they come from">
      <thead>
        <tr>
          <th scope="col">Parameter</th>
          <th scope="col">Comes from</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {parameters.map((parameter) => {
          const { name } = parameter;
          const row = rowOf(form, name);
          const errors = placesAt(problem?.errors, `#/run/parameters/${name}`).map((place) => place.detail);
          return (
            <tr key={name} data-testid={`mapping-${name}`}>
              <td className="narrow-first">
                <strong>{name}</strong>
                {parameter.required ? null : <span className="field-optional"> optional</span>}
                {parameter.description ? <div className="muted cell-second">{parameter.description}</div> : null}
              </td>
              <td>
                <select
                  value={row.source}
                  aria-label={`Where ${name} comes from`}
                  onChange={(event) => set(name, { source: event.target.value as MappingRow['source'] })}
                >
                  <option value="job">The job&apos;s default</option>
                  <option value="from">{source}</option>
                  {parameter.type === 'secret' ? null : <option value="value">A constant</option>}
                </select>
              </td>
              <td className="mapping-value">
                {row.source === 'from' ? (
                  <>
                    <input
                      type="text"
                      className="mono"
                      spellCheck={false}
                      aria-label={`Path of ${name}`}
                      placeholder={example}
                      value={row.from}
                      onChange={(event) => set(name, { from: event.target.value })}
                    />
                    <input
                      type="text"
                      aria-label={`${name} when there is nothing`}
                      placeholder="when there is nothing"
                      value={row.fallback}
                      onChange={(event) => set(name, { fallback: event.target.value })}
                    />
                  </>
                ) : row.source === 'value' ? (
                  <Constant parameter={parameter} row={row} onChange={(value) => set(name, { value })} />
                ) : parameter.default !== undefined ? (
                  <code>{String(parameter.default)}</code>
                ) : (
                  <span className={parameter.required ? 'tone-failed' : 'muted'}>{parameter.required ? 'needs a value' : 'none'}</span>
                )}
                {errors.length > 0 ? <p className="field-error">{errors.join(' ')}</p> : null}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Constant({ parameter, row, onChange }: { parameter: ParameterDefinition; row: MappingRow; onChange: (value: string) => void }) {
  const label = `Value of ${parameter.name}`;
  const choices = parameter.type === 'boolean' ? ['true', 'false'] : parameter.type === 'choice' ? (parameter.choices ?? []) : null;
  if (choices)
    return (
      <select value={row.value} aria-label={label} onChange={(event) => onChange(event.target.value)}>
        <option value="">Choose one</option>
        {choices.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    );
  return (
    <input
      type="text"
      autoComplete="off"
      aria-label={label}
      value={row.value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
