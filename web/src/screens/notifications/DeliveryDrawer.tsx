import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { api } from '../../lib/api';
import type { DeliveryAttempt, NotificationDelivery } from '../../lib/api';
import { count, duration, plural } from '../../lib/format';
import { deliveryState, eventWord } from '../../lib/notices';
import { useRunChanges } from '../../lib/repeated';
import { useAction, useResource } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Dialog } from '../../parts/Dialog';
import { Facts } from '../../parts/Facts';
import { Icon } from '../../parts/Icon';
import { Link } from '../../parts/Link';
import { ProblemNote } from '../../parts/Problem';
import { Serial } from '../../parts/Serial';
import { Skeleton } from '../../parts/Skeleton';
import { StatusWord } from '../../parts/StatusWord';
import { Time } from '../../parts/Time';
import { ChannelKind } from './ChannelKind';

const isUnderWay = (one: NotificationDelivery) => one.state === 'waiting' || one.state === 'sending';

/** One message beside the list: its attempts, what the other side said, and what it is about. */
export function DeliveryDrawer({
  delivery: id,
  mayWrite,
  onClose,
  onChanged,
}: {
  delivery: string;
  mayWrite: boolean;
  onClose: () => void;
  onChanged: () => void;
}) {
  const found = useResource(`delivery/${id}`, (signal) => api.notifications.delivery(id, { signal }));
  const again = useAction(async () => {
    found.replace(await api.notifications.sendAgain(id));
    onChanged();
  });
  const delivery = found.value;
  const { reload } = found;
  useRunChanges(reload, 2000);
  // What is on its way is looked at again until it has an end.
  const state = delivery?.state;
  const attempts = delivery?.attempts;
  useEffect(() => {
    if (state !== 'waiting' && state !== 'sending') return undefined;
    const timer = setInterval(reload, 1500);
    return () => clearInterval(timer);
  }, [state, attempts, reload]);
  return (
    <Dialog
      title={delivery?.subject ?? 'Message'}
      drawer
      wide
      onClose={onClose}
      footer={
        delivery && mayWrite && !isUnderWay(delivery) && delivery.state !== 'held' ? (
          <>
            <span className="dialog-note muted">It keeps its id, so that the other side can tell that it is the same.</span>
            <Button icon="send" busy={again.busy} onClick={() => void again.run()} data-testid="delivery-again">
              Send again
            </Button>
          </>
        ) : undefined
      }
    >
      {again.problem ? <ProblemNote problem={again.problem} /> : null}
      {found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : null}
      {delivery ? <Shown delivery={delivery} /> : found.problem ? null : <Skeleton />}
    </Dialog>
  );
}

function Shown({ delivery }: { delivery: NotificationDelivery }) {
  const facts: [string, ReactNode][] = [
    ['State', <StatusWord state={deliveryState(delivery.state)} testId="delivery-state" />],
    ...(delivery.reason ? ([['Why', delivery.reason]] as [string, ReactNode][]) : []),
    [
      'Channel',
      <span className="pieces">
        <ChannelKind kind={delivery.channel_kind} /> {delivery.channel}
      </span>,
    ],
    ['Route', <Link to={`/notifications/routes/${encodeURIComponent(delivery.route)}`}>{delivery.route}</Link>],
    ['First event', <Time at={delivery.created_at} exact />],
    ...(delivery.due_at
      ? ([
          [
            delivery.state === 'held' ? 'Sent' : 'Next attempt',
            <span className="pieces">
              <Time at={delivery.due_at} exact />
              <span className="muted">
                <Time at={delivery.due_at} />
              </span>
            </span>,
          ],
        ] as [string, ReactNode][])
      : []),
    ...(delivery.ended_at ? ([['Ended', <Time at={delivery.ended_at} exact />]] as [string, ReactNode][]) : []),
    ['Id', <Serial text={delivery.id} label="the id of the message" />],
  ];
  return (
    <>
      <Facts facts={facts} />
      <section className="form">
        <h2>{delivery.attempts === 0 ? 'No attempt yet' : plural(delivery.attempts, 'attempt')}</h2>
        {delivery.history.length > 0 ? (
          <ol className="attempts" aria-label="Attempts">
            {[...delivery.history].reverse().map((attempt, at) => (
              <Attempt key={at} attempt={attempt} />
            ))}
          </ol>
        ) : null}
        {delivery.attempts > delivery.history.length ? <p className="muted">The last {delivery.history.length} are kept.</p> : null}
      </section>
      <section className="form">
        <h2>{plural(delivery.event_count, 'event')}</h2>
        <ul className="plainlist" aria-label="Events">
          {delivery.events.map((event) => (
            <li key={event.id}>
              <StatusWord state={event.severity} />
              <span className="plainlist-words">
                {event.title} <span className="muted">{eventWord(event.kind)}</span>
              </span>
              {event.execution ? <Link to={`/runs/${event.execution}`}>{event.execution}</Link> : null}
              <span className="muted">
                <Time at={event.at} />
              </span>
            </li>
          ))}
        </ul>
        {delivery.event_count > delivery.events.length ? <p className="muted">The first {count(delivery.events.length)} are shown.</p> : null}
      </section>
    </>
  );
}

function Attempt({ attempt }: { attempt: DeliveryAttempt }) {
  return (
    <li className="attemptrow" data-testid="delivery-attempt">
      <span className={`status ${attempt.sent ? 'tone-succeeded' : 'tone-failed'}`}>
        <Icon name={attempt.sent ? 'tick' : 'cross'} size={14} />
        {attempt.sent ? 'Taken' : 'Not taken'}
      </span>
      <span className="plainlist-words">{attempt.answer}</span>
      <span className="muted">
        <Time at={attempt.at} exact />, {duration(attempt.milliseconds)}
      </span>
    </li>
  );
}
