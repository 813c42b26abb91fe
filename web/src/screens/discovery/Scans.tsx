import { useEffect } from 'react';
import { api } from '../../lib/api';
import type { DiscoveryScan } from '../../lib/api';
import { scanLooks } from '../../lib/discovery';
import { count } from '../../lib/format';
import { usePages } from '../../lib/pages';
import { Duration } from '../../parts/Duration';
import { Empty } from '../../parts/Empty';
import { LookWord } from '../../parts/LookWord';
import { Table } from '../../parts/Table';
import type { Column } from '../../parts/Table';
import { Time } from '../../parts/Time';

const number = (value: number, tone: string) =>
  value > 0 ? <strong className={`tone-${tone}`}>{count(value)}</strong> : <span className="muted">0</span>;

const columns: Column<DiscoveryScan>[] = [
  { key: 'range', title: 'Range', narrow: 'first', className: 'cell-name-wide', render: (scan) => <span className="cell-name">{scan.range_name}</span> },
  { key: 'state', title: 'State', narrow: 'second', render: (scan) => <LookWord look={scanLooks[scan.state]} state={scan.state} title={scan.cause} /> },
  { key: 'cidr', title: 'Addresses', narrow: 'second', render: (scan) => <code>{scan.cidr}</code> },
  { key: 'found', title: 'Hosts', narrow: 'second', className: 'cell-number', render: (scan) => count(scan.found) },
  { key: 'new', title: 'New', narrow: 'hide', className: 'cell-number', render: (scan) => number(scan.appeared, 'running') },
  { key: 'changed', title: 'Changed', narrow: 'hide', className: 'cell-number', render: (scan) => number(scan.changed, 'unclear') },
  { key: 'gone', title: 'Gone', narrow: 'hide', className: 'cell-number', render: (scan) => number(scan.gone, 'skipped') },
  { key: 'at', title: 'Started', narrow: 'second', render: (scan) => <Time at={scan.started_at} /> },
  { key: 'by', title: 'By', narrow: 'hide', render: (scan) => scan.started_by ?? <span className="muted">its interval</span> },
  { key: 'took', title: 'Took', narrow: 'hide', className: 'cell-number', render: (scan) => <Duration from={scan.started_at} to={scan.ended_at} /> },
  { key: 'cause', title: 'Why', narrow: 'second', className: 'cell-grow', render: (scan) => <span className="muted">{scan.cause}</span> },
];

/** All scans, the newest first, with what was different from the one before. */
export function Scans({ sign }: { sign: string }) {
  const pages = usePages<DiscoveryScan>('discovery-scans', (cursor, options) =>
    api.discovery.scans({ limit: 50, ...(cursor ? { cursor } : {}) }, options),
  );
  const { reload } = pages;
  useEffect(() => reload(), [reload, sign]);
  return (
    <Table
      label="Scans"
      noun="scan"
      columns={columns}
      rowKey={(scan) => scan.id}
      pages={pages}
      rowTestId="scan-row"
      empty={<Empty icon="search" title="Nothing was scanned yet" />}
    />
  );
}
