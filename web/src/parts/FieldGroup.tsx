import { useId } from 'react';
import type { ReactNode } from 'react';
import type { Problem } from '../api.gen';
import { placesAt } from '../http';

/** Controls that answer one question together, with its errors. */
export function FieldGroup({
  label,
  hint,
  problem,
  pointer,
  children,
}: {
  label: string;
  hint?: ReactNode;
  problem: Problem;
  pointer: string;
  children: ReactNode;
}) {
  const id = useId();
  const errors = placesAt(problem.errors, pointer).map((place) => place.detail);
  return (
    <fieldset className="field" aria-describedby={errors.length > 0 ? id : undefined}>
      <legend className="field-label">{label}</legend>
      {children}
      {hint ? <p className="field-hint">{hint}</p> : null}
      {errors.length > 0 ? (
        <p id={id} className="field-error">
          {errors.join(' ')}
        </p>
      ) : null}
    </fieldset>
  );
}
