import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { Icon } from './Icon';

/** One thing that can be chosen. */
export interface Suggestion {
  key: string;
  word: string;
  detail?: string;
}

interface SuggestProps {
  /** What is chosen, in words. */
  chosen: string;
  /** Finds what fits a text. */
  find: (text: string, signal: AbortSignal) => Promise<Suggestion[]>;
  onChoose: (suggestion: Suggestion) => void;
  placeholder?: string;
  label?: string;
  testId?: string;
  id?: string;
}

/** A field that finds one of very many by a part of its name: arrow keys choose, Enter takes. */
export function Suggest({ chosen, find, onChoose, placeholder, label, testId, ...rest }: SuggestProps) {
  const [text, setText] = useState<string | null>(null);
  const [found, setFound] = useState<Suggestion[]>([]);
  const [at, setAt] = useState(0);
  const [loaded, setLoaded] = useState(false);
  const list = useId();
  const finder = useRef(find);
  finder.current = find;
  useEffect(() => {
    if (text === null) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      finder.current(text.trim(), abort.signal).then(
        (suggestions) => {
          if (abort.signal.aborted) return;
          setFound(suggestions);
          setLoaded(true);
          setAt(0);
        },
        () => undefined,
      );
    }, 120);
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [text]);
  const take = (suggestion: Suggestion | undefined) => {
    if (!suggestion) return;
    setText(null);
    onChoose(suggestion);
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (text === null) setText('');
      else setAt((at + (event.key === 'ArrowDown' ? 1 : -1) + found.length) % Math.max(1, found.length));
    } else if (event.key === 'Enter' && text !== null) {
      event.preventDefault();
      take(found[at]);
    } else if (event.key === 'Escape' && text !== null) {
      event.stopPropagation();
      event.preventDefault();
      setText(null);
    }
  };
  const isOpen = text !== null && loaded;
  return (
    <div className="suggest">
      <div className="searchbox suggest-box">
        <Icon name="search" />
        <input
          {...rest}
          type="text"
          role="combobox"
          aria-expanded={isOpen}
          aria-controls={list}
          aria-label={label}
          aria-autocomplete="list"
          aria-activedescendant={isOpen && found.length > 0 ? `${list}-${at}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={placeholder}
          value={text ?? chosen}
          data-testid={testId}
          onFocus={(event) => event.target.select()}
          onClick={() => setText((old) => old ?? '')}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={keys}
          onBlur={() => setText(null)}
        />
      </div>
      {isOpen ? (
        <ul className="filterbar-list suggest-list" role="listbox" id={list} aria-label="What fits">
          {found.map((suggestion, position) => (
            <li
              key={suggestion.key}
              id={`${list}-${position}`}
              role="option"
              aria-selected={position === at}
              onMouseDown={(event) => {
                event.preventDefault();
                take(suggestion);
              }}
            >
              <span>{suggestion.word}</span>
              {suggestion.detail ? <span className="muted">{suggestion.detail}</span> : null}
            </li>
          ))}
          {found.length === 0 ? (
            <li className="muted" role="option" aria-selected={false} aria-disabled="true">
              Nothing is called that.
            </li>
          ) : null}
        </ul>
      ) : null}
    </div>
  );
}
