import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';

interface CheckProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children?: ReactNode;
  /** Some but not all of what it stands for. */
  partly?: boolean;
  label?: string;
  disabled?: boolean;
  testId?: string;
}

/** A tick with its words. */
export function Check({ checked, onChange, children, partly = false, label, disabled = false, testId }: CheckProps) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = partly && !checked;
  }, [partly, checked]);
  return (
    <label className="check">
      <input
        ref={box}
        type="checkbox"
        checked={checked}
        disabled={disabled}
        aria-label={label}
        data-testid={testId}
        onChange={(event) => onChange(event.target.checked)}
      />
      {children ? <span>{children}</span> : null}
    </label>
  );
}
