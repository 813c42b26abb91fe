import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { NotificationRoute } from '../../lib/api';
import { eventWord, filterWords, rhythmWords } from '../../lib/notices';
import { usePages } from '../../lib/pages';
import { useAction, useResource } from '../../lib/resource';
import { useQuery } from '../../lib/router';
import { Button } from '../../parts/Button';
import { Confirm } from '../../parts/Confirm';
import { Empty } from '../../parts/Empty';
import { HistoryLink } from '../../parts/HistoryLink';
import { Icon } from '../../parts/Icon';
import { Link } from '../../parts/Link';
import { StatusWord } from '../../parts/StatusWord';
import { Table } from '../../parts/Table';
import type { Column } from '../../parts/Table';
import { Tags } from '../../parts/Tags';

/** Which events go to which channels, and when. */
export function Routes() {
  const mayWrite = useMay('notifications.write');
  const [query, setQuery] = useQuery();
  const pages = usePages<NotificationRoute>('routes', (cursor, options) =>
    api.notifications.routes({ limit: 100, ...(cursor ? { cursor } : {}) }, options),
  );
  const channels = useResource(pages.items.length === 0 ? 'any-channel' : null, (signal) => api.notifications.channels({ limit: 1 }, { signal }));
  const lacksChannel = channels.value?.items.length === 0;
  const chosen = pages.items.find((one) => one.id === query.get('delete'));
  const close = () => setQuery({ delete: null });
  const remove = useAction(async (route: NotificationRoute) => {
    await api.notifications.deleteRoute(route.id);
    close();
    pages.reload();
  });
  const add = mayWrite ? (
    <Link className="button button-primary" to="/notifications/routes/new" data-testid="route-add">
      <Icon name="plus" />
      Add a route
    </Link>
  ) : null;
  const columns: Column<NotificationRoute>[] = [
    {
      key: 'name',
      title: 'Route',
      narrow: 'first',
      className: 'cell-long',
      render: (one) => (
        <>
          <Link to={`/notifications/routes/${one.id}`} className="cell-name">
            {one.name}
          </Link>
          {one.description ? <span className="cell-sub muted">{one.description}</span> : null}
        </>
      ),
    },
    { key: 'state', title: 'State', narrow: 'second', render: (one) => <StatusWord state={one.enabled ? 'on' : 'off'} /> },
    {
      key: 'events',
      title: 'When',
      narrow: 'second',
      className: 'cell-grow',
      render: (one) => (
        <>
          <Tags tags={one.filter.kinds.map(eventWord)} />
          <Words words={filterWords(one.filter)} />
        </>
      ),
    },
    {
      key: 'channels',
      title: 'To',
      narrow: 'second',
      render: (one) => <Tags tags={one.channels} />,
    },
    { key: 'rhythm', title: 'How', narrow: 'second', render: (one) => <Words words={rhythmWords(one)} none="each at once" /> },
    ...(mayWrite
      ? [
          {
            key: 'tools',
            title: 'Actions',
            className: 'cell-tools',
            render: (one: NotificationRoute) => (
              <>
                <HistoryLink kind="notification_route" id={one.id} name={one.name} />
                <Button small kind="quiet" icon="trash" aria-label={`Delete ${one.name}`} onClick={() => setQuery({ delete: one.id }, true)} />
              </>
            ),
          },
        ]
      : []),
  ];
  return (
    <>
      {add && pages.items.length > 0 ? <div className="bar bar-end">{add}</div> : null}
      <Table
        label="Routes"
        noun="route"
        columns={columns}
        rowKey={(one) => one.id}
        pages={pages}
        rowTestId="route-row"
        empty={
          <Empty
            icon="bell"
            title="Nobody is told yet"
            action={
              lacksChannel && mayWrite ? (
                <Link className="button button-primary" to="/notifications/channels?dialog=add">
                  Add a channel first
                </Link>
              ) : (
                add
              )
            }
          >
            A route says which events go to which channels: failed runs of a job, unhealthy targets, decisions that wait. It can gather them,
            keep quiet at night, and remind of alerts that nobody acknowledged.
          </Empty>
        }
      />
      {chosen && mayWrite ? (
        <Confirm
          title={`Delete ${chosen.name}?`}
          action="Delete the route"
          busy={remove.busy}
          problem={remove.problem}
          onConfirm={() => void remove.run(chosen)}
          onClose={close}
          testId="route-delete"
        >
          <p>What it has not sent yet is dropped. Messages that were sent stay in the list of deliveries.</p>
        </Confirm>
      ) : null}
    </>
  );
}

function Words({ words, none }: { words: string[]; none?: string }) {
  if (words.length === 0) return none ? <span className="muted">{none}</span> : null;
  return <span className="cell-sub muted">{words.join('; ')}</span>;
}
