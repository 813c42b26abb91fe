import { useId } from 'react';
import { useDraft } from '../lib/draft';

interface DraftInputProps {
  value: string;
  onApply: (text: string) => void;
  /** What could be typed. */
  known?: string[];
  placeholder?: string;
  testId?: string;
  id?: string;
  'aria-describedby'?: string | undefined;
}

/** A condition of a list that one types: applies a moment after the last key, or with Enter, and offers what is known. */
export function DraftInput({ value, onApply, known = [], placeholder, testId, ...rest }: DraftInputProps) {
  const draft = useDraft(value, onApply);
  const list = useId();
  return (
    <>
      <input
        {...rest}
        type="text"
        value={draft.text}
        placeholder={placeholder}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        list={known.length > 0 ? list : undefined}
        data-testid={testId}
        onChange={(event) => draft.type(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') draft.apply();
        }}
      />
      {known.length > 0 ? (
        <datalist id={list}>
          {known.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      ) : null}
    </>
  );
}
