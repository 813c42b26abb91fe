import { useId, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import type { Problem, TemplateName } from '../../lib/api';
import { writeWithCaret } from '../../lib/caret';
import { valueText } from '../../lib/changes';
import { completeName, insertName } from '../../lib/templates';
import type { NameCompletion } from '../../lib/templates';
import { Field } from '../../parts/Field';

interface TemplateFieldProps {
  label: string;
  hint?: ReactNode;
  optional?: boolean;
  rows?: number;
  value: string;
  placeholder?: string;
  names: TemplateName[];
  problem?: Problem | undefined;
  pointer: string;
  testId: string;
  onChange: (text: string) => void;
}

/** A template: inside of `{{ }}` it offers the names that can stand there; the arrow keys choose, Enter or Tab takes. */
export function TemplateField({ label, hint, optional = false, rows = 1, value, placeholder, names, problem, pointer, testId, onChange }: TemplateFieldProps) {
  const [completion, setCompletion] = useState<NameCompletion | null>(null);
  const [at, setAt] = useState(0);
  const area = useRef<HTMLTextAreaElement>(null);
  const list = useId();
  const offer = (text: string, caret: number) => {
    setCompletion(completeName(text, caret, names));
    setAt(0);
  };
  const take = (name: string) => {
    if (!completion) return;
    const done = insertName(value, completion, name);
    writeWithCaret(area.current, done.caret, () => {
      onChange(done.text);
      setCompletion(null);
    });
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && rows === 1 && !completion) event.preventDefault();
    if (!completion) return;
    const { length } = completion.names;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setAt((at + (event.key === 'ArrowDown' ? 1 : -1) + length) % length);
    } else if (event.key === 'Enter' || event.key === 'Tab') {
      event.preventDefault();
      take(completion.names[at]?.name ?? '');
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      setCompletion(null);
    }
  };
  return (
    <div className="templatefield">
      <Field label={label} hint={hint} optional={optional} problem={problem} pointer={pointer}>
        <textarea
          ref={area}
          className="mono"
          rows={rows}
          value={value}
          placeholder={placeholder}
          spellCheck={false}
          autoCapitalize="off"
          aria-autocomplete="list"
          aria-controls={completion ? list : undefined}
          aria-activedescendant={completion ? `${list}-${at}` : undefined}
          data-testid={testId}
          onChange={(event) => {
            const text = rows === 1 ? event.target.value.replace(/\n/g, ' ') : event.target.value;
            onChange(text);
            offer(text, event.target.selectionStart);
          }}
          onClick={(event) => offer(value, event.currentTarget.selectionStart)}
          onKeyDown={keys}
          onBlur={() => setCompletion(null)}
        />
      </Field>
      {completion ? (
        <ul className="filterbar-list templatefield-list" role="listbox" id={list} aria-label="Names">
          {completion.names.map((one, index) => (
            <li
              key={one.name}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === at}
              ref={index === at ? (row) => row?.scrollIntoView({ block: 'nearest' }) : undefined}
              onMouseDown={(event) => {
                event.preventDefault();
                take(one.name);
              }}
            >
              <strong>{one.name}</strong>
              <span className="muted">
                {one.summary} <code>{valueText(one.sample)}</code>
              </span>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
