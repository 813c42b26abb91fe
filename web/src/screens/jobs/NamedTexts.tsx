import { useState } from 'react';
import type { Problem } from '../../lib/api';
import { placesAt } from '../../http';
import { Button } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { Fold } from '../../parts/Fold';

interface NamedTextsProps {
  title: string;
  hint: string;
  /** What a text is, for its field. */
  what: string;
  add: string;
  values: Record<string, string>;
  pointer: string;
  problem: Problem;
  testId: string;
  onChange: (values: Record<string, string> | undefined) => void;
}

/** A name as a part of a JSON pointer. */
export function pointerPart(name: string): string {
  return name.replace(/~/g, '~0').replace(/\//g, '~1');
}

/** Texts by name, each in a row. */
export function NamedTexts({ title, hint, what, add, values, pointer, problem, testId, onChange }: NamedTextsProps) {
  const outside = JSON.stringify(Object.entries(values));
  // Two rows may have the same name while one types; the rows are kept here until they differ again.
  const [typed, setTyped] = useState<{ rows: [string, string][]; said: string } | null>(null);
  const rows = typed !== null && typed.said === outside ? typed.rows : Object.entries(values);
  const change = (next: [string, string][]) => {
    const named = Object.fromEntries(next);
    setTyped({ rows: next, said: JSON.stringify(Object.entries(named)) });
    onChange(next.length > 0 ? named : undefined);
  };
  const set = (at: number, row: [string, string]) => change(rows.map((old, other) => (other === at ? row : old)));
  const freeName = () => {
    let number = rows.length + 1;
    while (rows.some(([name]) => name === `value_${number}`)) number += 1;
    return rows.length === 0 ? 'value' : `value_${number}`;
  };
  return (
    <Fold title={title} isSet={rows.length > 0} isWrong={placesAt(problem.errors, pointer).length > 0} testId={testId}>
      <p className="field-hint">{hint}</p>
      {rows.map(([name, text], at) => (
        <div key={at} className="form-row">
          <Field
            label="Name"
            problem={problem}
            pointer={`${pointer}/${pointerPart(name)}`}
            error={rows.some(([other], index) => other === name && index !== at) ? 'Another value has this name; only the last one counts.' : undefined}
          >
            <input
              type="text"
              className="mono"
              spellCheck={false}
              value={name}
              data-testid={`${testId}-name`}
              onChange={(event) => set(at, [event.target.value, text])}
            />
          </Field>
          <Field label={what} className="field-grow">
            <input
              type="text"
              className="mono"
              spellCheck={false}
              value={text}
              data-testid={`${testId}-text`}
              onChange={(event) => set(at, [name, event.target.value])}
            />
          </Field>
          <Button
            small
            kind="quiet"
            icon="trash"
            aria-label={`Remove ${name}`}
            onClick={() => change(rows.filter((_, other) => other !== at))}
          />
        </div>
      ))}
      <Button small icon="plus" onClick={() => change([...rows, [freeName(), '']])} data-testid={`${testId}-add`}>
        {add}
      </Button>
    </Fold>
  );
}
