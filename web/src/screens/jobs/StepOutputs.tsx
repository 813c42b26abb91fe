import { useState } from 'react';
import type { CaptureDefinition, Problem, StepDefinition } from '../../lib/api';
import { placesAt } from '../../http';
import { Button } from '../../parts/Button';
import { Check } from '../../parts/Check';
import { Field } from '../../parts/Field';
import { Fold } from '../../parts/Fold';
import { pointerPart } from './NamedTexts';

type Row = [string, CaptureDefinition];

/** The way in which a value is taken. */
function wayOf(capture: CaptureDefinition): string {
  if (capture.pattern !== undefined) return 'pattern';
  if (capture.json !== undefined) return 'json';
  return capture.take ?? 'pattern';
}

function withWay(capture: CaptureDefinition, way: string): CaptureDefinition {
  const kept = capture.optional ? { optional: true } : {};
  const text = capture.pattern ?? capture.json ?? '';
  if (way === 'pattern') return { ...kept, pattern: text };
  if (way === 'json') return { ...kept, json: text === '' ? '.' : text };
  return { ...kept, take: way === 'lines' ? 'lines' : 'text' };
}

/** The values that a step takes out of what it printed, for the steps after it. */
export function StepOutputs({
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
  const outside = JSON.stringify(Object.entries(step.outputs ?? {}));
  // Two rows may have the same name while one types; the rows are kept here until they differ again.
  const [typed, setTyped] = useState<{ rows: Row[]; said: string } | null>(null);
  const rows = typed !== null && typed.said === outside ? typed.rows : (Object.entries(step.outputs ?? {}) as Row[]);
  const change = (next: Row[]) => {
    const outputs = Object.fromEntries(next);
    setTyped({ rows: next, said: JSON.stringify(Object.entries(outputs)) });
    onChange({ ...step, outputs: next.length > 0 ? outputs : undefined });
  };
  const set = (at: number, row: Row) => change(rows.map((old, other) => (other === at ? row : old)));
  const freeName = () => {
    let number = rows.length + 1;
    while (rows.some(([name]) => name === `value_${number}`)) number += 1;
    return rows.length === 0 ? 'value' : `value_${number}`;
  };
  return (
    <Fold
      title="Values for later steps"
      isSet={rows.length > 0}
      isWrong={placesAt(problem.errors, `${pointer}/outputs`).length > 0}
      testId="step-outputs"
    >
      {rows.map(([name, capture], at) => {
        const place = `${pointer}/outputs/${pointerPart(name)}`;
        const way = wayOf(capture);
        const isRepeated = rows.some(([other], index) => other === name && index !== at);
        return (
          <div key={at} className="capture">
            <div className="form-row">
              <Field
                label="Name"
                problem={problem}
                pointer={place}
                error={isRepeated ? 'Another value has this name; only the last one counts.' : undefined}
              >
                <input
                  type="text"
                  className="mono"
                  spellCheck={false}
                  value={name}
                  data-testid="output-name"
                  onChange={(event) => set(at, [event.target.value, capture])}
                />
              </Field>
              <Field label="Is">
                <select value={way} data-testid="output-way" onChange={(event) => set(at, [name, withWay(capture, event.target.value)])}>
                  <option value="pattern">Where a pattern fits</option>
                  <option value="json">A part of JSON</option>
                  <option value="text">The whole text</option>
                  <option value="lines">The list of lines</option>
                </select>
              </Field>
              {way === 'pattern' || way === 'json' ? (
                <Field label={way === 'pattern' ? 'Pattern' : 'Path'} className="field-grow">
                  <input
                    type="text"
                    className="mono"
                    spellCheck={false}
                    placeholder={way === 'pattern' ? 'version (\\S+)' : 'items[0].name'}
                    value={(way === 'pattern' ? capture.pattern : capture.json) ?? ''}
                    data-testid="output-text"
                    onChange={(event) =>
                      set(at, [name, { ...capture, ...(way === 'pattern' ? { pattern: event.target.value } : { json: event.target.value }) }])
                    }
                  />
                </Field>
              ) : null}
            </div>
            <div className="capture-end">
              <Check
                checked={capture.optional === true}
                onChange={(on) => set(at, [name, { ...capture, optional: on || undefined } as CaptureDefinition])}
              >
                The step goes well without it
              </Check>
              <Button
                small
                kind="quiet"
                icon="trash"
                aria-label={`Remove the value ${name}`}
                onClick={() => change(rows.filter((_, other) => other !== at))}
              />
            </div>
          </div>
        );
      })}
      <p className="field-hint">
        Taken out of standard output. Later steps read it as{' '}
        <code>{`steps${/^[A-Za-z_]\w*$/.test(step.name) ? `.${step.name}` : `["${step.name}"]`}.outputs.${rows[0]?.[0] ?? 'value'}`}</code>.
      </p>
      <div>
        <Button small icon="plus" onClick={() => change([...rows, [freeName(), { pattern: '' }]])} data-testid="output-add">
          Add a value
        </Button>
      </div>
    </Fold>
  );
}
