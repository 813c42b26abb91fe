/** Several of a few, such as days of the week: buttons that stay pressed. */
export function Toggles<T extends string | number>({
  label,
  chosen,
  options,
  onChange,
  testId,
}: {
  label: string;
  chosen: T[];
  options: { key: T; word: string; name?: string }[];
  onChange: (chosen: T[]) => void;
  testId?: string;
}) {
  return (
    <div className="toggles" role="group" aria-label={label} data-testid={testId}>
      {options.map(({ key, word, name }) => {
        const on = chosen.includes(key);
        return (
          <button
            key={key}
            type="button"
            className="toggle"
            aria-pressed={on}
            aria-label={name}
            onClick={() => onChange(on ? chosen.filter((one) => one !== key) : [...chosen, key])}
          >
            {word}
          </button>
        );
      })}
    </div>
  );
}
