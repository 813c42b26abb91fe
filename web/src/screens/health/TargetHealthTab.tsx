import { useEffect } from 'react';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { Target, TargetHealthDetail } from '../../lib/api';
import { useAction } from '../../lib/resource';
import type { Resource } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Empty } from '../../parts/Empty';
import { Panel } from '../../parts/Panel';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { Time } from '../../parts/Time';
import { HealthSpark } from './HealthSpark';
import { HealthWord } from './HealthWord';
import { MethodHealthPanel } from './MethodHealthPanel';

/** How a target is doing, why, and since when; each connection method with its history. */
export function TargetHealthTab({
  target,
  health,
  onPinned,
}: {
  target: Target;
  health: Resource<TargetHealthDetail>;
  onPinned: (target: Target) => void;
}) {
  const mayTest = useMay('targets.test');
  const check = useAction(async () => health.replace(await api.targets.checkHealth(target.id)));
  const { reload } = health;
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, 15_000);
    return () => clearInterval(timer);
  }, [reload]);
  const detail = health.value;
  if (!detail) return health.problem ? <ProblemNote problem={health.problem} retry={health.reload} /> : <Skeleton />;
  const { health: sum, methods } = detail;
  return (
    <>
      <Panel
        title="Now"
        actions={
          mayTest && methods.length > 0 ? (
            <Button small icon="again" busy={check.busy} onClick={() => void check.run()} data-testid="health-check">
              Check now
            </Button>
          ) : undefined
        }
      >
        <div className="healthnow" data-testid="health-now" data-state={sum.state}>
          <p className="healthnow-line">
            <HealthWord state={sum.state} />
            {sum.since ? (
              <span className="muted">
                since <Time at={sum.since} />
              </span>
            ) : null}
            <HealthSpark recent={sum.recent} now={Date.now()} />
          </p>
          {sum.cause ? <p className="healthnow-cause">{sum.cause}</p> : null}
          <p className="muted">
            {sum.checked_at ? (
              <>
                Looked at <Time at={sum.checked_at} />
              </>
            ) : (
              'Not looked at yet'
            )}
            {sum.next_at ? (
              <>
                , next <Time at={sum.next_at} />
              </>
            ) : (
              ', and nobody looks at it by itself'
            )}
            {sum.status === 'maintenance' ? '. It is in maintenance, so nobody is alarmed.' : '.'}
          </p>
        </div>
        {check.problem ? <ProblemNote problem={check.problem} /> : null}
      </Panel>
      {methods.map((method) => (
        <MethodHealthPanel key={method.method} target={target} method={method} onPinned={onPinned} />
      ))}
      {methods.length === 0 && target.connections.length > 0 ? (
        <Empty icon="clock" title="Not looked at yet">
          The first check comes by itself in a moment, and its history begins with it.
        </Empty>
      ) : null}
      {target.connections.length === 0 ? (
        <Empty icon="plug" title="Nothing to check">
          This target has no connection method, so nobody can tell how it is doing.
        </Empty>
      ) : null}
    </>
  );
}
