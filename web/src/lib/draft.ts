import { useEffect, useState } from 'react';

/** A text that one types: it applies a moment after the last key, or when `apply` is called, and follows what changes elsewhere. */
export function useDraft(value: string, onApply: (text: string) => void): { text: string; type: (text: string) => void; apply: () => void } {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => onApply(text.trim()), 300);
    return () => clearTimeout(timer);
    // Only typing starts the wait, not a new function.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [text]);
  return { text, type: setText, apply: () => onApply(text.trim()) };
}
