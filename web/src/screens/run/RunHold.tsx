import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { Execution, Hold } from '../../lib/api';
import { plural } from '../../lib/format';
import { useAction } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Link } from '../../parts/Link';
import { ProblemNote } from '../../parts/Problem';
import { StatusWord } from '../../parts/StatusWord';
import { Time } from '../../parts/Time';

/** The state under which a hold is shown. */
export function holdState(hold: Hold): string {
  if (hold.reason === 'paused' || hold.reason === 'failures') return 'paused';
  return hold.reason === 'stopped' ? 'stopped' : 'held';
}

/** Whether a person can end a hold. */
export function mayGoOn(hold: Hold | undefined): boolean {
  return hold !== undefined && holdState(hold) === 'paused';
}

/** What holds a run up, since when, and what can be done about it. */
export function RunHold({ execution, onChanged }: { execution: Execution; onChanged: (execution: Execution) => void }) {
  const may = useMay('executions.cancel');
  const proceed = useAction(async () => onChanged(await api.executions.proceed(execution.id)));
  const { hold } = execution;
  if (!hold) return null;
  return (
    <section className="hold" aria-label="What holds the run up" data-testid="run-hold" data-reason={hold.reason}>
      <StatusWord state={holdState(hold)} />
      <p className="hold-words">
        {hold.detail}
        {hold.execution ? (
          <>
            {' '}
            <Link to={`/runs/${hold.execution}`}>See {hold.execution}</Link>.
          </>
        ) : null}{' '}
        <span className="muted">
          Since <Time at={hold.since} />.
        </span>
      </p>
      {mayGoOn(hold) && may ? (
        <Button
          small
          kind="primary"
          icon="run"
          busy={proceed.busy}
          onClick={() => void proceed.run()}
          title={hold.reason === 'failures' ? 'Failures so far no longer count' : undefined}
          data-testid="run-proceed"
        >
          {execution.counts.waiting > 0 ? `Go on with ${plural(execution.counts.waiting, 'waiting target')}` : 'Go on'}
        </Button>
      ) : null}
      {proceed.problem ? <ProblemNote problem={proceed.problem} /> : null}
    </section>
  );
}
