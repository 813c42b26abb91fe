import { api } from '../../lib/api';
import type { WorkerState } from '../../lib/api';
import { count } from '../../lib/format';
import { usePages } from '../../lib/pages';
import { useRunChanges } from '../../lib/repeated';
import { Empty } from '../../parts/Empty';
import { StatusWord } from '../../parts/StatusWord';
import { Table } from '../../parts/Table';
import type { Column } from '../../parts/Table';
import { Time } from '../../parts/Time';

const columns: Column<WorkerState>[] = [
  { key: 'state', title: 'State', narrow: 'second', render: (worker) => <StatusWord state={worker.alive ? 'alive' : 'silent'} /> },
  { key: 'name', title: 'Worker', narrow: 'first', className: 'cell-grow', render: (worker) => <code>{worker.name}</code> },
  {
    key: 'slots',
    title: 'Targets at work',
    narrow: 'second',
    render: (worker) => (
      <span className="progress">
        <span
          className="progress-bar"
          role="progressbar"
          aria-label={`Targets at work of ${worker.name}`}
          aria-valuemin={0}
          aria-valuemax={worker.slots}
          aria-valuenow={Math.min(worker.running, worker.slots)}
        >
          <span
            className="progress-part fill-running"
            style={{ width: `${worker.slots === 0 ? 0 : Math.min(100, (worker.running / worker.slots) * 100)}%` }}
          />
        </span>
        <span className="number">
          {count(worker.running)} of {count(worker.slots)}
        </span>
      </span>
    ),
  },
  { key: 'seen', title: 'Last heard of', narrow: 'second', render: (worker) => <Time at={worker.seen_at} /> },
];

/** The workers that were heard of in the last day. */
export function Workers() {
  const pages = usePages<WorkerState>('workers', (cursor, options) =>
    api.executions.workers({ limit: 100, ...(cursor ? { cursor } : {}) }, options),
  );
  useRunChanges(pages.reload, 1000);
  return (
    <Table
      label="Workers"
      noun="worker"
      columns={columns}
      rowKey={(worker) => worker.name}
      pages={pages}
      rowTestId="worker-row"
      empty={
        <Empty icon="warning" title="No worker was heard of in the last day">
          Runs wait until a worker comes. The server has one built in, unless it was started without.
        </Empty>
      }
    />
  );
}
