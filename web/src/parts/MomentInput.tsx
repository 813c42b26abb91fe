/** A local date and time, or an instant in UTC as it was written by hand. */
export function MomentInput({
  value,
  onChange,
  label,
  testId,
  ...rest
}: {
  value: string;
  onChange: (value: string) => void;
  label?: string;
  testId?: string;
  id?: string;
}) {
  const isLocal = value === '' || /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(value);
  return (
    <input
      {...rest}
      type={isLocal ? 'datetime-local' : 'text'}
      aria-label={label}
      value={value}
      data-testid={testId}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
