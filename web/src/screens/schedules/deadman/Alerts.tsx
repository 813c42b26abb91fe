import { useEffect } from 'react';
import { api } from '../../../lib/api';
import type { DeadManAlert } from '../../../lib/api';
import { usePages } from '../../../lib/pages';
import { Duration } from '../../../parts/Duration';
import { Empty } from '../../../parts/Empty';
import { Icon } from '../../../parts/Icon';
import { Table } from '../../../parts/Table';
import type { Column } from '../../../parts/Table';
import { Time } from '../../../parts/Time';

const columns: Column<DeadManAlert>[] = [
  {
    key: 'state',
    title: 'State',
    narrow: 'second',
    render: (alert) =>
      alert.until ? (
        <span className="status tone-succeeded">
          <Icon name="tick" size={14} />
          Over
        </span>
      ) : (
        <span className="status tone-failed">
          <Icon name="warning" size={14} />
          Lasts
        </span>
      ),
  },
  { key: 'name', title: 'Rule', narrow: 'first', render: (alert) => <span className="cell-name">{alert.name}</span> },
  { key: 'sentence', title: 'What was wrong', narrow: 'second', className: 'cell-grow', render: (alert) => alert.sentence },
  { key: 'since', title: 'From', narrow: 'second', render: (alert) => <Time at={alert.since} /> },
  { key: 'until', title: 'Lasted', narrow: 'second', className: 'cell-number', render: (alert) => <Duration from={alert.since} to={alert.until} /> },
];

/** The times in which rules were broken, the newest first. */
export function Alerts({ sign }: { sign: string }) {
  const pages = usePages<DeadManAlert>('dead-man-alerts', (cursor, options) =>
    api.schedules.alerts({ limit: 50, ...(cursor ? { cursor } : {}) }, options),
  );
  const { reload } = pages;
  useEffect(() => reload(), [reload, sign]);
  return (
    <Table
      label="Alerts"
      noun="alert"
      columns={columns}
      rowKey={(alert) => alert.id}
      pages={pages}
      rowTestId="alert-row"
      empty={<Empty icon="tick" title="No rule was ever broken" />}
    />
  );
}
