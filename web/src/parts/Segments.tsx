import { useId } from 'react';

/** A choice of one among a few, all of them in view. */
export function Segments<T extends string>({
  label,
  value,
  options,
  onChange,
  showLabel = false,
  testId,
}: {
  label: string;
  value: T;
  options: [T, string][];
  onChange: (value: T) => void;
  showLabel?: boolean;
  testId?: string;
}) {
  const name = useId();
  return (
    <fieldset className="segments-box" data-testid={testId}>
      <legend className={showLabel ? 'field-label' : 'unseen'}>{label}</legend>
      <div className="segments">
        {options.map(([key, word]) => (
          <label key={key} className="segment">
            <input type="radio" name={name} value={key} checked={key === value} onChange={() => onChange(key)} data-testid={testId ? `${testId}-${key}` : undefined} />
            <span>{word}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
