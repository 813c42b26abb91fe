import { api } from '../../lib/api';
import type { Branch, Execution, Target } from '../../lib/api';
import { usePages } from '../../lib/pages';
import { Duration } from '../../parts/Duration';
import { Empty } from '../../parts/Empty';
import { Link } from '../../parts/Link';
import { StatusWord } from '../../parts/StatusWord';
import { StepCells } from '../../parts/StepCells';
import { Table } from '../../parts/Table';
import type { Column } from '../../parts/Table';
import { Time } from '../../parts/Time';

interface Row {
  run: Execution;
  branch: Branch | undefined;
}

const columns: Column<Row>[] = [
  { key: 'state', title: 'Result here', narrow: 'second', render: ({ run, branch }) => <StatusWord state={branch?.state ?? run.state} /> },
  {
    key: 'name',
    title: 'Run',
    narrow: 'first',
    className: 'cell-grow',
    render: ({ run, branch }) => (
      <Link className="cell-name" to={`/runs/${run.serial}${branch ? `?branch=${branch.number}` : ''}`}>
        {run.kind === 'command' ? <code>{run.name}</code> : run.name}
      </Link>
    ),
  },
  { key: 'steps', title: 'Steps', narrow: 'second', render: ({ branch }) => (branch ? <StepCells steps={branch.steps} /> : null) },
  {
    key: 'cause',
    title: 'Cause',
    narrow: 'second',
    className: 'cell-clip',
    render: ({ branch }) => branch?.cause ?? branch?.steps.find((step) => step.state === 'failed')?.cause ?? '',
  },
  { key: 'at', title: 'Started', narrow: 'second', render: ({ run, branch }) => <Time at={branch?.started_at ?? run.created_at} /> },
  {
    key: 'took',
    title: 'Duration',
    narrow: 'hide',
    className: 'cell-number',
    render: ({ branch }) => <Duration from={branch?.started_at} to={branch?.ended_at} />,
  },
  {
    key: 'serial',
    title: 'Serial',
    narrow: 'hide',
    render: ({ run, branch }) => <code className="nowrap">{branch?.serial ?? run.serial}</code>,
  },
];

/** The runs of one target, each with what happened on this very target. */
export function TargetRuns({ target }: { target: Target }) {
  const pages = usePages<Row>(`target-runs?${target.id}`, async (cursor, options) => {
    const page = await api.executions.list({ target: target.id, limit: 25, ...(cursor ? { cursor } : {}) }, options);
    const branches = await Promise.all(
      page.items.map((run) => api.executions.branches(run.id, { target: target.id, limit: 1 }, options).then((found) => found.items[0])),
    );
    return { ...page, items: page.items.map((run, at) => ({ run, branch: branches[at] })) };
  });
  return (
    <Table
      label={`Runs on ${target.name}`}
      noun="run"
      columns={columns}
      rowKey={({ run }) => run.id}
      pages={pages}
      rowTestId="target-run"
      empty={
        <Empty icon="run" title={`Nothing has run on ${target.name} yet`}>
          Each run that includes this target is listed here with its result on this target.
        </Empty>
      }
    />
  );
}
