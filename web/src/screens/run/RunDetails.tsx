import type { ExecutionDetail } from '../../lib/api';
import { Facts } from '../../parts/Facts';
import { Panel } from '../../parts/Panel';
import { Time } from '../../parts/Time';
import { JobSteps } from '../jobs/JobSteps';

/** What a run was started with. */
export function RunDetails({ detail }: { detail: ExecutionDetail }) {
  const { execution, parameters, definition, left_out: leftOut } = detail;
  const values = Object.entries(parameters);
  return (
    <>
      <div className="columns">
        <Panel title="Start">
          <Facts
            facts={[
              ['Targets', <code>{execution.targets}</code>],
              ['At a time', String(execution.max_parallel)],
              ['Started by', execution.started_by],
              ['Asked for', <Time at={execution.created_at} exact />],
              ['Began', execution.started_at ? <Time at={execution.started_at} exact /> : ''],
              ['Ended', execution.ended_at ? <Time at={execution.ended_at} exact /> : ''],
              ['Left out', leftOut.length > 0 ? `${leftOut.join(', ')}, because of their status` : 'none'],
            ]}
          />
        </Panel>
        <Panel title="Parameters">
          {values.length > 0 ? (
            <Facts facts={values.map(([name, value]) => [name, <code key={name}>{String(value)}</code>])} />
          ) : (
            <p className="muted">This run has no parameters.</p>
          )}
        </Panel>
      </div>
      <JobSteps definition={definition} />
    </>
  );
}
