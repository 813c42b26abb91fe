import type { ReactNode } from 'react';
import type { AuditEntry } from '../../lib/api';
import { auditAddress } from '../../lib/auditquery';
import { count } from '../../lib/format';
import { Facts } from '../../parts/Facts';
import { Link } from '../../parts/Link';
import { Serial } from '../../parts/Serial';
import { StatusWord } from '../../parts/StatusWord';
import { Time } from '../../parts/Time';
import { Actor } from './Actor';
import { AuditedObject } from './AuditTable';
import { Changes } from './Changes';

/** Everything that is known of an entry: who did what to what, from where, what changed, and what proves it. */
export function EntryView({ entry }: { entry: AuditEntry }) {
  const { record, head } = entry;
  const { actor, object } = record;
  const facts: [string, ReactNode][] = [
    ['When', <Time at={record.at} exact />],
    [
      'Who',
      <span className="pieces">
        <Actor actor={actor} />
        {actor.role ? <span className="muted">{actor.role}</span> : null}
        <Link to={auditAddress({ actor: actor.id ?? actor.name })} data-testid="entry-by">
          All by {actor.name || 'them'}
        </Link>
      </span>,
    ],
    [
      'What',
      <span className="pieces">
        <code>{record.action}</code>
        {record.detail ? <span>{record.detail}</span> : null}
      </span>,
    ],
    [
      'Object',
      <span className="pieces">
        <AuditedObject object={object} />
        <Link to={auditAddress({ kind: object.kind, object: object.id })} data-testid="entry-history">
          Its history
        </Link>
      </span>,
    ],
    ['From', record.address ? <code>{record.address}</code> : <span className="muted">the installation itself</span>],
    ...(record.user_agent ? ([['Client', record.user_agent]] as [string, ReactNode][]) : []),
    ...(record.request_id
      ? ([
          [
            'Request',
            <span className="pieces">
              <Serial text={record.request_id} label="the request id" />
              <Link to={auditAddress({ request_id: record.request_id })} data-testid="entry-request">
                All entries of this request
              </Link>
            </span>,
          ],
        ] as [string, ReactNode][])
      : []),
  ];
  return (
    <div className="entryview" data-testid="audit-entry">
      <Facts facts={facts} />
      <section>
        <h2>{entry.before === undefined ? 'How it is since' : entry.after === undefined ? 'How it was' : 'What changed'}</h2>
        <Changes entry={entry} />
      </section>
      <section>
        <h2>Proof</h2>
        <Facts
          facts={[
            ['Entry', `number ${count(record.number)} in the chain of ${record.source}`],
            ['Written', <Time at={record.stored_at} exact />],
            ['Hash', <Serial text={entry.hash} label="the hash" />],
            ['Hash before it', <Serial text={entry.previous} label="the hash before it" />],
            [
              'Signed',
              head ? (
                <span className="pieces">
                  <StatusWord state="signed" />
                  <span>
                    with head {count(head.number)} by key <code>{head.key}</code>, <Time at={head.at} exact />
                  </span>
                </span>
              ) : (
                <span className="pieces">
                  <StatusWord state="unsigned" />
                  <span className="muted">Heads are signed after a while, each covers all entries before it.</span>
                </span>
              ),
            ],
          ]}
        />
      </section>
    </div>
  );
}
