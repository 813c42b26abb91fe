import { useState } from 'react';
import { api } from '../../lib/api';
import type { AuditHead } from '../../lib/api';
import { count } from '../../lib/format';
import { usePages } from '../../lib/pages';
import { Panel } from '../../parts/Panel';
import { Serial } from '../../parts/Serial';
import { Table } from '../../parts/Table';
import type { Column } from '../../parts/Table';
import { Time } from '../../parts/Time';

const columns: Column<AuditHead>[] = [
  { key: 'source', title: 'Chain', narrow: 'first', render: (one) => <span className="cell-name">{one.source}</span> },
  { key: 'number', title: 'Up to entry', narrow: 'second', className: 'cell-number', render: (one) => count(one.number) },
  { key: 'at', title: 'Signed', narrow: 'second', render: (one) => <Time at={one.at} exact /> },
  { key: 'key', title: 'Key', narrow: 'second', render: (one) => <code>{one.key}</code> },
  {
    key: 'hash',
    title: 'Hash',
    narrow: 'hide',
    className: 'cell-clip',
    render: (one) => <Serial text={one.hash} label={`the hash of ${one.source} ${one.number}`} />,
  },
  {
    key: 'copy',
    title: 'Head',
    narrow: 'second',
    render: (one) => (
      <span className="nowrap">
        <Serial text={JSON.stringify(one)} label={`the head of ${one.source} ${one.number}`} shown="Copy" />
      </span>
    ),
  },
];

/** Signed heads, newest first, to be copied and kept elsewhere. */
export function Heads({ sources }: { sources: string[] }) {
  const [source, setSource] = useState('');
  const pages = usePages<AuditHead>(`audit-heads?${source}`, (cursor, options) =>
    api.audit.heads({ limit: 20, ...(source ? { source } : {}), ...(cursor ? { cursor } : {}) }, options),
  );
  return (
    <Panel
      title="Signed heads"
      actions={
        <label className="bar-choice">
          <span className="unseen">Chain</span>
          <select value={source} onChange={(event) => setSource(event.target.value)}>
            <option value="">All chains</option>
            {sources.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
      }
    >
      <Table
        label="Signed heads"
        noun="head"
        columns={columns}
        rowKey={(one) => `${one.source} ${one.number} ${one.at}`}
        pages={pages}
        empty={<p className="muted">No head was signed yet. One is signed a minute after an entry at the latest.</p>}
      />
    </Panel>
  );
}
