import { api } from '../../../lib/api';
import type { RuleFiring } from '../../../lib/api';
import { firingLooks } from '../../../lib/eventlooks';
import { usePages } from '../../../lib/pages';
import { useRunChanges } from '../../../lib/repeated';
import { Empty } from '../../../parts/Empty';
import { Link } from '../../../parts/Link';
import { LookWord } from '../../../parts/LookWord';
import { Table } from '../../../parts/Table';
import type { Column } from '../../../parts/Table';
import { Time } from '../../../parts/Time';

/** What happened, with the run that it is about as a link. */
function EventSentence({ firing: { event, about } }: { firing: RuleFiring }) {
  const at = about ? event.indexOf(about) : -1;
  if (!about || at < 0) return <>{event}</>;
  return (
    <>
      {event.slice(0, at)}
      <Link to={`/runs/${about}`} className="textlink">
        {about}
      </Link>
      {event.slice(at + about.length)}
    </>
  );
}

/** What rules did about events, the newest first; of one rule if one is given. */
export function Firings({ rule }: { rule?: string }) {
  const pages = usePages<RuleFiring>(`firings?${rule ?? ''}`, (cursor, options) =>
    api.schedules.firings({ limit: 50, ...(rule ? { rule } : {}), ...(cursor ? { cursor } : {}) }, options),
  );
  useRunChanges(pages.reload, 2000);
  const run = (serial: string | undefined) =>
    serial ? (
      <Link to={`/runs/${serial}`}>
        <code className="nowrap">{serial}</code>
      </Link>
    ) : null;
  const columns: Column<RuleFiring>[] = [
    { key: 'at', title: 'When', narrow: 'second', render: (one) => <Time at={one.at} /> },
    {
      key: 'event',
      title: 'What happened',
      narrow: 'first',
      className: 'cell-grow',
      render: (one) => (
        <EventSentence firing={one} />
      ),
    },
    ...(rule
      ? []
      : [
          {
            key: 'rule',
            title: 'Rule',
            narrow: 'second' as const,
            className: 'cell-name-wide',
            render: (one: RuleFiring) => <Link to={`/schedules/rules/${one.serial}`}>{one.name}</Link>,
          },
        ]),
    { key: 'state', title: 'What the rule did', narrow: 'second', render: (one) => <LookWord look={firingLooks[one.state]} state={one.state} /> },
    { key: 'run', title: 'Run', narrow: 'second', render: (one) => run(one.execution) },
    { key: 'reason', title: 'Why', narrow: 'second', className: 'cell-grow', render: (one) => <span className="muted">{one.reason}</span> },
  ];
  return (
    <Table
      label="What rules did"
      noun="event"
      columns={columns}
      rowKey={(one) => one.id}
      pages={pages}
      rowTestId="firing-row"
      empty={<Empty icon="bolt" title="Nothing has happened yet that it is about" />}
    />
  );
}
