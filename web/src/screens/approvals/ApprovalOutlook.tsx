import type { ApprovalPlan, ApprovalTarget } from '../../lib/api';
import { count, plural } from '../../lib/format';
import type { Resource } from '../../lib/resource';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { StatusWord } from '../../parts/StatusWord';
import { PlannedStepRow } from '../jobs/PlanView';

/** What would run after an approval: each target, how it is reached, and its steps. */
export function ApprovalOutlook({ outlook }: { outlook: Resource<ApprovalPlan> }) {
  if (outlook.problem) return <ProblemNote problem={outlook.problem} />;
  if (!outlook.value) return <Skeleton rows={3} />;
  const plan = outlook.value;
  const changed = plan.targets.filter((target) => target.changes.length > 0).length;
  return (
    <section className="plan" aria-label="What would run" data-testid="approval-plan">
      <p>
        You approve exactly what is shown here, on {plural(plan.total, 'target')}: plan{' '}
        <code title={plan.hash} data-testid="approval-hash">
          {plan.hash.slice(0, 12)}
        </code>
        . If it changes before your decision, nothing is approved.
        {changed > 0 ? ` ${plural(changed, 'target')} changed since the run started.` : ''}
      </p>
      <div className="plan-targets">
        {plan.targets.map((target) => (
          <Target key={target.number} target={target} isOnly={plan.targets.length === 1} />
        ))}
      </div>
      {plan.total > plan.targets.length ? <p className="muted">The first {count(plan.targets.length)} are shown.</p> : null}
    </section>
  );
}

function Target({ target, isOnly }: { target: ApprovalTarget; isOnly: boolean }) {
  return (
    <details className="rules" open={isOnly || target.changes.length > 0 || undefined} data-testid="approval-target">
      <summary>
        <strong>{target.name}</strong>: {plural(target.steps.length, 'step')} to go <StatusWord state={target.state} />
      </summary>
      <p>
        Reached by <code>{target.way}</code>
      </p>
      {target.changes.length > 0 ? <p className="tone-blocked">Changed since the start: {target.changes.join('; ')}</p> : null}
      <ol className="plan-steps">
        {target.steps.map((step) => (
          <PlannedStepRow key={step.number} step={step} />
        ))}
      </ol>
    </details>
  );
}
