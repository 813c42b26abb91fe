import type { ReactNode } from 'react';
import { api } from '../../lib/api';
import type { Alert } from '../../lib/api';
import { plural } from '../../lib/format';
import { eventWord } from '../../lib/notices';
import { useResource } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Dialog } from '../../parts/Dialog';
import { Duration } from '../../parts/Duration';
import { Facts } from '../../parts/Facts';
import { Link } from '../../parts/Link';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { StatusWord } from '../../parts/StatusWord';
import { Time } from '../../parts/Time';
import { AlertSubject } from './AlertSubject';

/** One alert beside the list: what happened, who takes care of it, and who was told. */
export function AlertDrawer({
  alert: id,
  onClose,
  onAct,
}: {
  alert: string;
  onClose: () => void;
  onAct?: (alert: Alert, act: 'acknowledge' | 'resolve') => void;
}) {
  const found = useResource(`alert/${id}`, (signal) => api.notifications.alert(id, { signal }));
  const alert = found.value;
  return (
    <Dialog
      title={alert?.title ?? 'Alert'}
      drawer
      onClose={onClose}
      footer={
        alert && onAct && alert.state !== 'resolved' ? (
          <>
            {alert.state === 'open' ? (
              <Button kind="primary" onClick={() => onAct(alert, 'acknowledge')}>
                Acknowledge
              </Button>
            ) : null}
            <Button onClick={() => onAct(alert, 'resolve')}>Resolve</Button>
          </>
        ) : undefined
      }
    >
      {found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : null}
      {alert ? <Shown alert={alert} /> : found.problem ? null : <Skeleton />}
    </Dialog>
  );
}

function Shown({ alert }: { alert: Alert }) {
  const told = useResource(alert.execution ? `told/${alert.execution}` : null, (signal) =>
    api.notifications.deliveries({ execution: alert.execution ?? '', limit: 20 }, { signal }),
  );
  const facts: [string, ReactNode][] = [
    ['State', <StatusWord state={alert.state} />],
    ['Severity', <StatusWord state={alert.severity} />],
    ['About', <AlertSubject subject={alert.subject} />],
    ['What happened', `${eventWord(alert.kind)}, ${plural(alert.events, 'event')} so far`],
    ['Last run', alert.execution ? <Link to={`/runs/${alert.execution}`}>{alert.execution}</Link> : ''],
    [
      'Began',
      <span className="pieces">
        <Time at={alert.opened_at} exact />
        <span className="muted">
          for <Duration from={alert.opened_at} to={alert.resolved_at} />
        </span>
      </span>,
    ],
    ['Last event', <Time at={alert.last_at} exact />],
  ];
  if (alert.acknowledged_at) facts.push(['Acknowledged', <Done by={alert.acknowledged_by} at={alert.acknowledged_at} />]);
  if (alert.resolved_at) facts.push(['Resolved', <Done by={alert.resolved_by ?? 'by itself'} at={alert.resolved_at} />]);
  if (alert.note) facts.push(['Note', <span className="approval-message">{alert.note}</span>]);
  return (
    <>
      <Facts facts={facts} />
      {told.value ? (
        <section className="form">
          <h2>Messages about {alert.execution}</h2>
          {told.value.items.length === 0 ? <p className="muted">No route sends on this.</p> : null}
          <ul className="plainlist">
            {told.value.items.map((one) => (
              <li key={one.id}>
                <StatusWord state={one.state === 'held' ? 'gathering' : one.state} />
                <Link to={`/notifications/deliveries?delivery=${one.id}`}>{one.channel}</Link>
                <span className="muted">
                  by {one.route}, <Time at={one.ended_at ?? one.created_at} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  );
}

function Done({ by, at }: { by: string | undefined; at: string }) {
  return (
    <span className="pieces">
      {by}
      <span className="muted">
        <Time at={at} exact />
      </span>
    </span>
  );
}
