import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import type { FilterVocabulary, Problem } from '../api.gen';
import { writeWithCaret } from '../lib/caret';
import { complete, conditions, insert } from '../lib/filter';
import type { Completion } from '../lib/filter';
import { Button } from './Button';
import { Icon } from './Icon';

interface FilterBarProps {
  value: string;
  onApply: (filter: string) => void;
  vocabulary: FilterVocabulary | undefined;
  problem?: Problem | undefined;
  label?: string;
  placeholder?: string;
  /** Reports every keystroke, for forms that apply on their own. */
  onDraft?: (filter: string) => void;
  hideChips?: boolean;
  testId?: string;
  id?: string;
}

/** The filter language with completion: Enter applies, the arrow keys choose, chips take single conditions away. */
export function FilterBar({
  value,
  onApply,
  vocabulary,
  problem,
  label = 'Filter',
  placeholder = 'name = web[01-20] and env = production',
  onDraft,
  hideChips = false,
  testId = 'filter',
  ...rest
}: FilterBarProps) {
  const [text, setText] = useState(value);
  const [completion, setCompletion] = useState<Completion | null>(null);
  const [chosen, setChosen] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  useEffect(() => setText(value), [value]);

  const offer = (next: string, caret: number) => {
    if (!vocabulary) return;
    const found = complete(next, caret, vocabulary);
    setCompletion(found.options.length > 0 ? found : null);
    setChosen(-1);
  };
  const change = (next: string) => {
    setText(next);
    onDraft?.(next);
    offer(next, input.current?.selectionStart ?? next.length);
  };
  const take = (option: string) => {
    if (!completion) return;
    const done = insert(text, completion, option);
    writeWithCaret(input.current, done.caret, () => {
      setText(done.text);
      onDraft?.(done.text);
      offer(done.text, done.caret);
    });
  };
  const apply = (next = text) => {
    setCompletion(null);
    onApply(next.trim());
  };
  const keys = (event: KeyboardEvent<HTMLInputElement>) => {
    const options = completion?.options ?? [];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!completion) {
        offer(text, input.current?.selectionStart ?? text.length);
        return;
      }
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setChosen(((options.length + 1 + chosen + 1 + step) % (options.length + 1)) - 1);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const option = options[chosen];
      if (option !== undefined) take(option);
      else apply();
    } else if (event.key === 'Tab' && completion && chosen >= 0) {
      event.preventDefault();
      take(options[chosen] ?? '');
    } else if (event.key === 'Escape' && completion) {
      event.stopPropagation();
      setCompletion(null);
    }
  };
  const parts = hideChips ? null : conditions(value);
  const error = problem?.detail;
  return (
    <div className="filterbar">
      <div className={error ? 'filterbar-box filterbar-wrong' : 'filterbar-box'}>
        <Icon name="filter" />
        <input
          ref={input}
          type="text"
          value={text}
          spellCheck={false}
          autoComplete="off"
          placeholder={placeholder}
          data-filter
          data-testid={testId}
          id={rest.id}
          role="combobox"
          aria-label={label}
          aria-expanded={completion !== null}
          aria-controls={list}
          aria-autocomplete="list"
          aria-invalid={error ? true : undefined}
          aria-activedescendant={chosen >= 0 ? `${list}-${chosen}` : undefined}
          onChange={(event) => change(event.target.value)}
          onKeyDown={keys}
          onFocus={() => offer(text, input.current?.selectionStart ?? text.length)}
          onBlur={() => setCompletion(null)}
        />
        {text !== '' ? (
          <Button
            kind="quiet"
            small
            icon="close"
            aria-label="Clear the filter"
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => {
              setText('');
              onDraft?.('');
              apply('');
            }}
          />
        ) : null}
      </div>
      {completion ? (
        <ul className="filterbar-list" role="listbox" id={list} aria-label="Completions">
          {completion.options.map((option, at) => (
            <li
              key={option}
              id={`${list}-${at}`}
              role="option"
              aria-selected={at === chosen}
              onMouseDown={(event) => {
                event.preventDefault();
                take(option);
              }}
            >
              {option}
            </li>
          ))}
        </ul>
      ) : null}
      {error ? (
        <p className="field-error" role="alert">
          {error}
        </p>
      ) : null}
      {parts && parts.length > 1 ? (
        <ul className="chips" aria-label="Conditions">
          {parts.map((part, at) => (
            <li key={at} className="chip">
              <code>{part}</code>
              <button
                type="button"
                aria-label={`Take away ${part}`}
                onClick={() => apply(parts.filter((_, other) => other !== at).join(' and '))}
              >
                <Icon name="close" size={12} />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
