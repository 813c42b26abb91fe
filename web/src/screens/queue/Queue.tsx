import { useCrumbs } from '../../app/crumbs';
import { api } from '../../lib/api';
import type { QueuePlace } from '../../lib/api';
import { count, plural } from '../../lib/format';
import { usePages } from '../../lib/pages';
import { useRunChanges } from '../../lib/repeated';
import { useQuery } from '../../lib/router';
import { Empty } from '../../parts/Empty';
import { Link } from '../../parts/Link';
import { Page } from '../../parts/Page';
import { StatusWord } from '../../parts/StatusWord';
import { Table } from '../../parts/Table';
import type { Column } from '../../parts/Table';
import { Tabs } from '../../parts/Tabs';
import { Time } from '../../parts/Time';
import { priorityWords } from '../jobs/PriorityChoice';
import { holdState } from '../run/RunHold';
import { Workers } from './Workers';

const columns: Column<QueuePlace>[] = [
  {
    key: 'place',
    title: 'Place',
    className: 'cell-number',
    narrow: 'second',
    render: ({ position }) => (position === undefined ? null : `#${count(position)}`),
  },
  {
    key: 'name',
    title: 'Run',
    narrow: 'first',
    className: 'cell-grow',
    render: ({ execution }) => (
      <Link to={`/runs/${execution.serial}`} className="cell-name">
        {execution.kind === 'command' ? <code>{execution.name}</code> : execution.name}
      </Link>
    ),
  },
  { key: 'serial', title: 'Serial', narrow: 'hide', render: ({ execution }) => <code className="nowrap">{execution.serial}</code> },
  { key: 'priority', title: 'Priority', narrow: 'second', render: ({ execution }) => priorityWords[execution.priority] },
  {
    key: 'waiting',
    title: 'Waiting',
    narrow: 'second',
    render: ({ execution, ready }) => (
      <span className="number nowrap">
        {plural(execution.counts.waiting, 'target')}
        <span className="muted">, {ready === 0 ? 'none ready' : `${count(ready)} ready`}</span>
      </span>
    ),
  },
  {
    key: 'why',
    title: 'Why it waits',
    narrow: 'second',
    className: 'cell-why',
    render: ({ execution, position }) =>
      execution.hold ? (
        <>
          <StatusWord state={holdState(execution.hold)} /> <span className="muted">{execution.hold.detail}</span>
        </>
      ) : position === undefined ? (
        <Link to={`/runs/${execution.serial}?why=run`}>Ask why</Link>
      ) : (
        <span className="muted">For a free worker</span>
      ),
  },
  { key: 'by', title: 'Started by', narrow: 'hide', render: ({ execution }) => execution.started_by },
  { key: 'at', title: 'Since', narrow: 'second', render: ({ execution }) => <Time at={execution.created_at} /> },
];

/** What waits for workers, in the order in which they take it, and the workers. */
export default function Queue() {
  useCrumbs([{ word: 'Runs', to: '/runs' }, { word: 'Queue and workers' }]);
  const [query] = useQuery();
  const tab = query.get('tab') === 'workers' ? 'workers' : 'queue';
  return (
    <Page
      title="Queue and workers"
      wide
      detail={<span className="muted">Free workers take the most urgent first, then what waits longest.</span>}
    >
      <Tabs
        label="Queue and workers"
        current={tab}
        tabs={[
          { key: 'queue', label: 'Queue', to: '/queue' },
          { key: 'workers', label: 'Workers', to: '/queue?tab=workers' },
        ]}
      />
      {tab === 'workers' ? <Workers /> : <Waiting />}
    </Page>
  );
}

function Waiting() {
  const pages = usePages<QueuePlace>('queue', (cursor, options) =>
    api.executions.queue({ limit: 100, ...(cursor ? { cursor } : {}) }, options),
  );
  useRunChanges(pages.reload, 1000);
  return (
    <Table
      label="Queue"
      noun="run"
      columns={columns}
      rowKey={({ execution }) => execution.id}
      pages={pages}
      rowTestId="queue-row"
      empty={
        <Empty icon="clock" title="Nothing waits">
          Runs stand here while their targets wait for a free worker, a lock, another run or a decision.
        </Empty>
      }
    />
  );
}
