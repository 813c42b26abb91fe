import { useEffect, useRef } from 'react';
import type { KeyboardEvent, TextareaHTMLAttributes } from 'react';

interface CodeAreaProps extends Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'onChange'> {
  value: string;
  onChange: (text: string) => void;
  /** Lines with errors, from 1, and what is wrong there. */
  marks?: Map<number, string>;
  /** A line to bring into view; a new object asks again. */
  jump?: { line: number } | null;
  numbers?: boolean;
  testId?: string;
}

const lineHeight = 18;

/** A text field for code: line numbers, marked lines; Tab indents by two spaces, Escape then Tab leaves. */
export function CodeArea({ value, onChange, marks, jump, numbers = true, testId, className = '', ...rest }: CodeAreaProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const free = useRef(false);
  useEffect(() => {
    const field = area.current;
    if (!jump || !field) return;
    const lines = value.split('\n');
    const start = lines.slice(0, jump.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
    field.focus();
    field.setSelectionRange(start, start + (lines[jump.line - 1]?.length ?? 0));
    field.scrollTop = Math.max(0, (jump.line - 6) * lineHeight);
    // The jump asks once; later edits of the text must not repeat it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [jump]);
  const keys = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === 'Escape') {
      free.current = true;
      return;
    }
    if (event.key !== 'Tab' || event.shiftKey || free.current || event.altKey || event.ctrlKey) {
      if (event.key !== 'Tab') free.current = false;
      return;
    }
    event.preventDefault();
    const field = event.currentTarget;
    field.setRangeText('  ', field.selectionStart, field.selectionEnd, 'end');
    onChange(field.value);
  };
  const count = value.split('\n').length;
  return (
    <div className={`code ${numbers ? '' : 'code-plain'} ${className}`}>
      {numbers ? (
        <div className="code-gutter" ref={gutter} aria-hidden="true">
          {Array.from({ length: count }, (_, at) => (
            <div key={at} className={marks?.has(at + 1) ? 'code-number code-wrong' : 'code-number'} title={marks?.get(at + 1)}>
              {at + 1}
            </div>
          ))}
        </div>
      ) : null}
      <textarea
        {...rest}
        ref={area}
        value={value}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        wrap="off"
        data-testid={testId}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={keys}
        onScroll={(event) => {
          if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop;
        }}
      />
    </div>
  );
}
