import type { Execution } from '../../lib/api';
import { Duration } from '../../parts/Duration';
import { Link } from '../../parts/Link';
import { Progress } from '../../parts/Progress';
import { StatusWord } from '../../parts/StatusWord';
import { Time } from '../../parts/Time';

/** A short list of runs. */
export function RunRows({ runs, label }: { runs: Execution[]; label: string }) {
  return (
    <ul className="runrows" aria-label={label}>
      {runs.map((run) => (
        <li key={run.id} data-row className="runrow">
          <StatusWord state={run.state} />
          <Link to={`/runs/${run.serial}`} className="runrow-name">
            {run.name}
          </Link>
          <span className="runrow-side">
            <Progress counts={run.counts} />
          </span>
          <span className="runrow-when muted">
            <Time at={run.created_at} /> · <Duration from={run.started_at} to={run.ended_at} />
          </span>
        </li>
      ))}
    </ul>
  );
}
