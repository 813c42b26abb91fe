import { cloneElement, useId } from 'react';
import type { ReactElement, ReactNode } from 'react';
import type { Problem } from '../api.gen';
import { placesAt } from '../http';

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  /** Shows the errors of this JSON pointer in the problem. */
  problem?: Problem | undefined;
  pointer?: string;
  optional?: boolean;
  /** The label is for screen readers only. */
  quiet?: boolean;
  className?: string;
  children: ReactElement;
}

/** A labelled control with its hint and its errors. */
export function Field({ label, hint, error, problem, pointer, optional = false, quiet = false, className = '', children }: FieldProps) {
  const id = useId();
  const found = pointer ? placesAt(problem?.errors, pointer).map((place) => place.detail) : [];
  const errors = error ? [error, ...found] : found;
  const described = [hint ? id + 'hint' : '', errors.length > 0 ? id + 'error' : ''].filter(Boolean).join(' ');
  const control = cloneElement(children, {
    id,
    'aria-describedby': described || undefined,
    'aria-invalid': errors.length > 0 || undefined,
  });
  return (
    <div className={`field ${className}`}>
      <label htmlFor={id} className={quiet ? 'unseen' : 'field-label'}>
        {label}
        {optional ? <span className="field-optional"> optional</span> : null}
      </label>
      {control}
      {hint ? (
        <p id={id + 'hint'} className="field-hint">
          {hint}
        </p>
      ) : null}
      {errors.length > 0 ? (
        <p id={id + 'error'} className="field-error">
          {errors.join(' ')}
        </p>
      ) : null}
    </div>
  );
}
