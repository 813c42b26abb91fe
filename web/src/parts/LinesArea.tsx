import { useState } from 'react';
import type { TextareaHTMLAttributes } from 'react';

interface LinesAreaProps extends Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'value' | 'onChange'> {
  value: string[];
  onChange: (lines: string[]) => void;
  testId?: string;
}

/** The lines of a text that are not blank. */
export function filledLines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** A list, one to a line. Blank lines stay while one types and say nothing; what changes elsewhere is shown. */
export function LinesArea({ value, onChange, testId, ...rest }: LinesAreaProps) {
  const [typed, setTyped] = useState('');
  const said = value.join('\n');
  return (
    <textarea
      rows={2}
      spellCheck={false}
      {...rest}
      value={filledLines(typed).join('\n') === said ? typed : said}
      data-testid={testId}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(filledLines(event.target.value));
      }}
    />
  );
}
