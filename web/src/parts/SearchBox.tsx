import { useDraft } from '../lib/draft';
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
  const draft = useDraft(value, onApply);
  return (
    <div className="searchbox">
      <Icon name="search" />
      <input
        type="search"
        value={draft.text}
        placeholder={placeholder}
        aria-label={label}
        data-filter
        data-testid="search"
        onChange={(event) => draft.type(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') draft.apply();
        }}
      />
    </div>
  );
}
