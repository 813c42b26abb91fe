import type { MouseEvent, ReactNode } from 'react';
import type { AuditRecord } from '../../lib/api';
import { objectAddress } from '../../lib/auditquery';
import type { Pages } from '../../lib/pages';
import { Link } from '../../parts/Link';
import { Table } from '../../parts/Table';
import type { Column } from '../../parts/Table';
import { Tags } from '../../parts/Tags';
import { Time } from '../../parts/Time';
import { Actor } from './Actor';

/** What was done to what: its kind, and its name, which leads to it where it has a page. */
export function AuditedObject({ object }: { object: AuditRecord['object'] }) {
  const address = objectAddress(object.kind, object.id);
  return (
    <span className="object">
      <span className="muted">{object.kind.replace(/_/g, ' ')}</span>
      {address ? <Link to={address}>{object.name || object.id}</Link> : <span>{object.name || object.id}</span>}
    </span>
  );
}

/** Entries of the audit log as rows; an action opens its entry. */
export function AuditTable({
  pages,
  onOpen,
  empty,
  isOfOne = false,
}: {
  pages: Pages<AuditRecord>;
  onOpen: (entry: string) => void;
  empty: ReactNode;
  /** All are of one object, which needs not be named. */
  isOfOne?: boolean;
}) {
  const open = (event: MouseEvent, entry: string) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onOpen(entry);
  };
  const columns: Column<AuditRecord>[] = [
    { key: 'at', title: 'When', narrow: 'second', render: (one) => <Time at={one.at} exact /> },
    { key: 'who', title: 'Who', narrow: 'second', className: 'cell-who', render: (one) => <Actor actor={one.actor} /> },
    {
      key: 'action',
      title: 'Action',
      narrow: 'first',
      render: (one) => (
        <Link to={`/audit/${one.id}`} className="cell-name" onClick={(event) => open(event, one.id)} data-testid="audit-open">
          <code className="nowrap">{one.action}</code>
        </Link>
      ),
    },
    ...(isOfOne
      ? []
      : [
          {
            key: 'object',
            title: 'Object',
            narrow: 'second' as const,
            className: 'cell-grow',
            render: (one: AuditRecord) => <AuditedObject object={one.object} />,
          },
        ]),
    {
      key: 'changed',
      title: 'Changed',
      narrow: 'second',
      className: isOfOne ? 'cell-grow' : 'cell-changed',
      render: (one) =>
        (one.changed && one.changed.length > 0) || one.detail ? (
          <>
            <Tags tags={one.changed ?? []} most={3} /> {one.detail ? <span className="muted cell-detail">{one.detail}</span> : null}
          </>
        ) : null,
    },
    { key: 'from', title: 'From', narrow: 'second', render: (one) => (one.address ? <code className="nowrap">{one.address}</code> : null) },
  ];
  return (
    <Table label="Audit log" noun="entry" nouns="entries" columns={columns} rowKey={(one) => one.id} pages={pages} rowTestId="audit-row" empty={empty} />
  );
}
