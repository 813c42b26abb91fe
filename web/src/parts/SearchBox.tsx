import { useEffect, useState } from 'react';
import { Icon } from './Icon';

/** A plain search field: applies a moment after the last key, or with Enter. */
export function SearchBox({
  value,
  onApply,
  placeholder,
  label = 'Search',
}: {
  value: string;
  onApply: (text: string) => void;
  placeholder?: string;
  label?: string;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => onApply(text.trim()), 300);
    return () => clearTimeout(timer);
    // Only typing starts the wait, not a new function.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [text]);
  return (
    <div className="searchbox">
      <Icon name="search" />
      <input
        type="search"
        value={text}
        placeholder={placeholder}
        aria-label={label}
        data-filter
        data-testid="search"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onApply(text.trim());
        }}
      />
    </div>
  );
}
