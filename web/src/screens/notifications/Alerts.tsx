import { useEffect, useState } from 'react';
import { countAlerts, useKnownAlerts } from '../../app/alerts';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { Alert, AlertQuery } from '../../lib/api';
import { count, plural } from '../../lib/format';
import { usePages } from '../../lib/pages';
import { useRunChanges } from '../../lib/repeated';
import { useQuery } from '../../lib/router';
import { Button } from '../../parts/Button';
import { Duration } from '../../parts/Duration';
import { Empty } from '../../parts/Empty';
import { Link } from '../../parts/Link';
import { Segments } from '../../parts/Segments';
import { StatusWord } from '../../parts/StatusWord';
import { Table } from '../../parts/Table';
import type { Column, Selection } from '../../parts/Table';
import { Time } from '../../parts/Time';
import { AlertDialog } from './AlertDialog';
import { AlertDrawer } from './AlertDrawer';
import { AlertSubject } from './AlertSubject';

const views: [string, string, AlertQuery][] = [
  ['todo', 'To do', {}],
  ['open', 'Open', { state: 'open' }],
  ['acknowledged', 'Acknowledged', { state: 'acknowledged' }],
  ['resolved', 'Resolved', { state: 'resolved' }],
  ['all', 'All', { all: true }],
];

/** What has been wrong for a while, the latest first, and who takes care of it. */
export function Alerts() {
  const mayAct = useMay('alerts.acknowledge');
  const [query, setQuery] = useQuery();
  const [view, , filter] = views.find(([key]) => key === query.get('state')) ?? ['todo', '', {}];
  const pages = usePages<Alert>(`alerts?${view}`, (cursor, options) =>
    api.notifications.alerts({ ...filter, limit: 100, ...(cursor ? { cursor } : {}) }, options),
  );
  const { reload } = pages;
  useRunChanges(reload, 2000);
  const open = useKnownAlerts();
  useEffect(reload, [open, reload]);
  const [keys, setKeys] = useState<Set<string>>(new Set());
  useEffect(() => setKeys(new Set()), [view]);
  const [asked, setAsked] = useState<{ alerts: Alert[]; act: 'acknowledge' | 'resolve' } | null>(null);
  const selection: Selection = { keys, all: false, change: setKeys };
  const chosen = pages.items.filter((alert) => keys.has(alert.id) && alert.state !== 'resolved');
  const shown = query.get('alert');
  const done = () => {
    setAsked(null);
    setKeys(new Set());
    reload();
    void countAlerts();
  };
  const columns: Column<Alert>[] = [
    { key: 'state', title: 'State', narrow: 'second', render: (alert) => <StatusWord state={alert.state} /> },
    { key: 'severity', title: 'Severity', narrow: 'second', render: (alert) => <StatusWord state={alert.severity} /> },
    {
      key: 'title',
      title: 'Alert',
      narrow: 'first',
      className: 'cell-wide',
      render: (alert) => (
        <>
          <button type="button" className="rowlink" onClick={() => setQuery({ alert: alert.id }, true)} data-testid="alert-open">
            {alert.title}
          </button>
          <span className="cell-sub">
            <span className="pieces">
              <AlertSubject subject={alert.subject} />
              {alert.execution ? (
                <span className="object">
                  <span className="muted">last run</span>
                  <Link to={`/runs/${alert.execution}`} className="nowrap">
                    {alert.execution}
                  </Link>
                </span>
              ) : null}
            </span>
          </span>
        </>
      ),
    },
    { key: 'events', title: 'Events', narrow: 'second', className: 'cell-number', render: (alert) => <Events number={alert.events} /> },
    {
      key: 'since',
      title: 'For',
      narrow: 'second',
      render: (alert) => (
        <>
          <span className="narrow-words">for </span>
          <Duration from={alert.opened_at} to={alert.resolved_at} />
        </>
      ),
    },
    { key: 'last', title: 'Last event', narrow: 'second', render: (alert) => <Last at={alert.last_at} /> },
    { key: 'who', title: 'Who', narrow: 'second', className: 'cell-who', render: (alert) => <Who alert={alert} /> },
    ...(mayAct
      ? [
          {
            key: 'tools',
            title: 'Actions',
            className: 'cell-tools',
            render: (alert: Alert) => (
              <span className="rowtools">
                {alert.state === 'open' ? (
                  <Button small onClick={() => setAsked({ alerts: [alert], act: 'acknowledge' })} data-testid="alert-acknowledge">
                    Acknowledge
                  </Button>
                ) : null}
                {alert.state !== 'resolved' ? (
                  <Button small onClick={() => setAsked({ alerts: [alert], act: 'resolve' })} data-testid="alert-resolve">
                    Resolve
                  </Button>
                ) : null}
              </span>
            ),
          },
        ]
      : []),
  ];
  return (
    <>
      <div className="bar">
        <Segments
          label="Which alerts"
          value={view}
          options={views.map(([key, word]) => [key, word])}
          onChange={(key) => setQuery({ state: key === 'todo' ? null : key })}
          testId="alerts-view"
        />
      </div>
      {mayAct && chosen.length > 0 ? (
        <div className="bulkbar" role="region" aria-label="With the chosen alerts">
          <strong>{plural(chosen.length, 'alert')} chosen</strong>
          <Button
            small
            disabled={chosen.every((alert) => alert.state !== 'open')}
            onClick={() => setAsked({ alerts: chosen.filter((alert) => alert.state === 'open'), act: 'acknowledge' })}
            data-testid="alerts-acknowledge"
          >
            Acknowledge
          </Button>
          <Button small onClick={() => setAsked({ alerts: chosen, act: 'resolve' })} data-testid="alerts-resolve">
            Resolve
          </Button>
        </div>
      ) : null}
      <Table
        label="Alerts"
        noun="alert"
        columns={columns}
        rowKey={(alert) => alert.id}
        rowLabel={(alert) => alert.title}
        pages={pages}
        rowTestId="alert-row"
        {...(mayAct ? { selection } : {})}
        empty={
          view === 'todo' || view === 'open' ? (
            <Empty icon="bell" title={view === 'todo' ? 'Nothing is wrong' : 'No open alert'}>
              When a job keeps failing, a target becomes unhealthy or a rule does not hold, an alert stands here until it is over. A route
              decides who hears of it.
            </Empty>
          ) : (
            <Empty icon="bell" title="No alert of this kind" />
          )
        }
      />
      {asked ? <AlertDialog alerts={asked.alerts} act={asked.act} onClose={() => setAsked(null)} onDone={done} onPartly={reload} /> : null}
      {shown && !asked ? (
        <AlertDrawer alert={shown} onClose={() => setQuery({ alert: null })} {...(mayAct ? { onAct: (alert: Alert, act: 'acknowledge' | 'resolve') => setAsked({ alerts: [alert], act }) } : {})} />
      ) : null}
    </>
  );
}

function Events({ number }: { number: number }) {
  return (
    <>
      {count(number)}
      <span className="narrow-words"> {number === 1 ? 'event' : 'events'}</span>
    </>
  );
}

function Last({ at }: { at: string }) {
  return (
    <>
      <span className="narrow-words">last </span>
      <Time at={at} />
    </>
  );
}

function Who({ alert }: { alert: Alert }) {
  const who = alert.state === 'resolved' ? (alert.resolved_by ?? 'by itself') : alert.acknowledged_by;
  return who ? (
    <span title={alert.note}>
      {who}
      {alert.note ? <span className="cell-sub muted">{alert.note.length > 60 ? `${alert.note.slice(0, 60)}…` : alert.note}</span> : null}
    </span>
  ) : null;
}
