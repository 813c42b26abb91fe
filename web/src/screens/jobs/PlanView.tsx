import { useEffect, useRef } from 'react';
import type { JobPlan, PlannedFate, PlannedStep, PlannedTarget } from '../../lib/api';
import { count, plural } from '../../lib/format';
import { Facts } from '../../parts/Facts';
import { Icon } from '../../parts/Icon';
import type { IconName } from '../../parts/Icon';

const fates: Record<PlannedFate, [IconName, string, string]> = {
  runs: ['run', 'running', 'Runs'],
  skipped: ['dash', 'skipped', 'Skipped'],
  depends: ['help', 'waiting', 'Depends'],
  approval: ['hand', 'approval', 'Decision of a person'],
};

function partWords(parts: number[]): string {
  if (parts.length <= 1) return 'all targets in one go';
  const shown = parts.slice(0, 6).map(count).join(', then ');
  return `${shown}${parts.length > 6 ? ` and ${plural(parts.length - 6, 'further part')}` : ''}`;
}

/** What a run would do: what stands in its way, its order, and each step on each target. */
export function PlanView({ plan }: { plan: JobPlan }) {
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    place.current?.scrollIntoView({ block: 'start' });
  }, [plan]);
  return (
    <section ref={place} className="plan" aria-label="What the run would do" data-testid="plan">
      <h3>What would happen</h3>
      {plan.obstacles.length > 0 ? (
        <ul className="why-list" aria-label="What stands in the way">
          {plan.obstacles.map((obstacle, at) => (
            <li key={at}>
              <span className={obstacle.refuses ? 'tone-failed' : 'tone-blocked'}>
                <Icon name={obstacle.refuses ? 'cross' : 'lock'} size={14} />
              </span>
              <span>
                <strong>{obstacle.refuses ? 'It would be refused:' : 'It would wait:'}</strong> {obstacle.detail}
              </span>
            </li>
          ))}
        </ul>
      ) : (
        <p className="status tone-succeeded">
          <Icon name="tick" size={14} /> Nothing stands in the way
        </p>
      )}
      <Facts
        facts={[
          ['Order', partWords(plan.parts)],
          ['At a time', count(plan.max_parallel)],
          ...(plan.locks.length > 0 ? [['Locks', <code key="locks">{plan.locks.join(', ')}</code>] as [string, JSX.Element]] : []),
          ...(plan.left_out.length > 0
            ? [['Left out', `${plan.left_out.join(', ')}, because of their status`] as [string, string]]
            : []),
        ]}
      />
      <div className="plan-targets">
        {plan.targets.map((target) => (
          <Target key={target.number} target={target} isOnly={plan.targets.length === 1} />
        ))}
      </div>
      {plan.total > plan.targets.length ? (
        <p className="muted">
          The first {count(plan.targets.length)} of {plural(plan.total, 'target')} are shown.
        </p>
      ) : null}
    </section>
  );
}

function Target({ target, isOnly }: { target: PlannedTarget; isOnly: boolean }) {
  const running = target.steps.filter((step) => step.fate === 'runs').length;
  return (
    <details className="rules" open={isOnly || undefined} data-testid="plan-target">
      <summary>
        <strong>{target.name}</strong>: {running} of {plural(target.steps.length, 'step')} for sure
      </summary>
      <ol className="plan-steps">
        {target.steps.map((step) => (
          <PlannedStepRow key={step.number} step={step} />
        ))}
      </ol>
    </details>
  );
}

/** A step as it would run. */
export function PlannedStepRow({ step }: { step: PlannedStep }) {
  const [icon, tone, word] = fates[step.fate];
  return (
    <li>
      <span className={`status tone-${tone}`}>
        <Icon name={icon} size={14} />
        {word}
      </span>{' '}
      <span className="number muted">{step.number}</span> {step.name}
      {step.job ? <span className="muted"> runs the job {step.job}</span> : null}
      {step.why ? <span className="muted">: {step.why}</span> : null}
      {step.text ? <pre className="steplist-text">{step.text}</pre> : null}
    </li>
  );
}
