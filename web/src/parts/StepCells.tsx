import type { StepResult } from '../api.gen';
import { statusLook } from '../lib/status';

/** What a cell says in words. */
export function stepWords(step: StepResult): string {
  const parts = [`step ${step.number} ${step.name}: ${statusLook(step.state).word}`];
  if (step.exit_code !== undefined) parts.push(`exit code ${step.exit_code}`);
  if (step.items !== undefined) parts.push(`${step.items_done ?? 0} of ${step.items} items`);
  if (step.attempt > 1) parts.push(`attempt ${step.attempt}`);
  if (step.cause !== undefined) parts.push(step.cause);
  return parts.join(', ');
}

/** The states of a branch's steps as small squares. */
export function StepCells({ steps }: { steps: StepResult[] }) {
  return (
    <span className="cells" role="img" aria-label={steps.map(stepWords).join('; ')}>
      {steps.slice(0, 30).map((step) => (
        <span key={step.number} className={`cell cell-${statusLook(step.state).tone}`} title={stepWords(step)} />
      ))}
      {steps.length > 30 ? <span className="muted">+{steps.length - 30}</span> : null}
    </span>
  );
}
