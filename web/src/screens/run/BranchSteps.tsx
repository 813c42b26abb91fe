import type { Branch, JsonValue, StepResult } from '../../lib/api';
import { Duration } from '../../parts/Duration';
import { Link } from '../../parts/Link';
import { StatusWord } from '../../parts/StatusWord';

function valueText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The steps of one target with everything that is known of them: loops, values, reasons, and what undid them. */
export function BranchSteps({ branch, steps, to }: { branch: Branch; steps: number; to: (step: number) => string }) {
  const undone = branch.steps.filter((step) => step.number > steps);
  return (
    // A region that scrolls must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="branchsteps" role="region" aria-label={`Steps on ${branch.target_name}`} tabIndex={0} data-testid="branch-steps">
      <ol>
        {branch.steps
          .filter((step) => step.number <= steps)
          .map((step) => (
            <Step key={step.number} step={step} label={String(step.number)} to={to(step.number)} />
          ))}
      </ol>
      {undone.length > 0 ? (
        <>
          <h2>Rollback, the last step first</h2>
          <ol>
            {[...undone].reverse().map((step) => (
              <Step key={step.number} step={step} label={`undo ${step.number - steps}`} to={to(step.number)} />
            ))}
          </ol>
        </>
      ) : null}
    </div>
  );
}

function Step({ step, label, to }: { step: StepResult; label: string; to: string }) {
  const outputs = Object.entries(step.outputs ?? {});
  return (
    <li className="branchstep" data-testid="branch-step" data-state={step.state}>
      <span className="branchstep-number number">{label}</span>
      <StatusWord state={step.state} />
      <span className="branchstep-body">
        <span className="branchstep-head">
          <Link to={to} replace>
            {step.name}
          </Link>
          {step.items !== undefined ? (
            <span className="tag">
              {step.items_done ?? 0} of {step.items} items
            </span>
          ) : null}
          {step.attempt > 1 ? <span className="tag">attempt {step.attempt}</span> : null}
          {step.exit_code !== undefined && step.exit_code !== 0 ? <span className="tag">exit code {step.exit_code}</span> : null}
          {step.started_at ? (
            <span className="muted">
              <Duration from={step.started_at} to={step.ended_at} />
            </span>
          ) : null}
        </span>
        {step.cause ? <span className="muted">{step.cause}</span> : null}
        {outputs.length > 0 ? (
          <span className="branchstep-values" data-testid="step-values">
            {outputs.map(([name, value]) => (
              <span key={name}>
                <code className="muted">{name} =</code> <code title={valueText(value)}>{shortened(valueText(value))}</code>
              </span>
            ))}
          </span>
        ) : null}
      </span>
    </li>
  );
}

function shortened(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
