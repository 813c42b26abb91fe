import { api } from '../../lib/api';
import type { Execution, Job } from '../../lib/api';
import { usePages } from '../../lib/pages';
import { Duration } from '../../parts/Duration';
import { Empty } from '../../parts/Empty';
import { Link } from '../../parts/Link';
import { Progress } from '../../parts/Progress';
import { StatusWord } from '../../parts/StatusWord';
import { Table } from '../../parts/Table';
import type { Column } from '../../parts/Table';
import { Time } from '../../parts/Time';

const columns: Column<Execution>[] = [
  { key: 'state', title: 'State', narrow: 'second', render: (run) => <StatusWord state={run.state} /> },
  {
    key: 'serial',
    title: 'Run',
    narrow: 'first',
    render: (run) => (
      <Link className="cell-name" to={`/runs/${run.serial}`}>
        <code>{run.serial}</code>
      </Link>
    ),
  },
  { key: 'version', title: 'Version', narrow: 'hide', className: 'cell-number', render: (run) => run.job_version },
  { key: 'progress', title: 'Targets', narrow: 'second', render: (run) => <Progress counts={run.counts} /> },
  { key: 'filter', title: 'Filter', narrow: 'hide', className: 'cell-grow', render: (run) => <code>{run.targets}</code> },
  { key: 'by', title: 'Started by', narrow: 'hide', render: (run) => run.started_by },
  { key: 'at', title: 'Started', narrow: 'second', render: (run) => <Time at={run.created_at} /> },
  {
    key: 'took',
    title: 'Duration',
    narrow: 'second',
    className: 'cell-number',
    render: (run) => <Duration from={run.started_at} to={run.ended_at} />,
  },
];

/** The runs of one job. */
export function JobRuns({ job }: { job: Job }) {
  const pages = usePages<Execution>(`job-runs?${job.id}`, (cursor, options) =>
    api.executions.list({ job: job.id, limit: 50, ...(cursor ? { cursor } : {}) }, options),
  );
  return (
    <Table
      label={`Runs of ${job.definition.name}`}
      noun="run"
      columns={columns}
      rowKey={(run) => run.id}
      pages={pages}
      rowTestId="run-row"
      empty={
        <Empty icon="run" title="This job has not run yet">
          Press Run to choose targets and start it.
        </Empty>
      }
    />
  );
}
