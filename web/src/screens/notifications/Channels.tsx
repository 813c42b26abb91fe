import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { NotificationChannel } from '../../lib/api';
import { plural } from '../../lib/format';
import { channelState } from '../../lib/notices';
import { usePages } from '../../lib/pages';
import { useAction } from '../../lib/resource';
import { useQuery } from '../../lib/router';
import { Button } from '../../parts/Button';
import { Confirm } from '../../parts/Confirm';
import { Empty } from '../../parts/Empty';
import { HistoryLink } from '../../parts/HistoryLink';
import { Link } from '../../parts/Link';
import { StatusWord } from '../../parts/StatusWord';
import { Table } from '../../parts/Table';
import type { Column } from '../../parts/Table';
import { Time, useNow } from '../../parts/Time';
import { ChannelDialog } from './ChannelDialog';
import { ChannelKind } from './ChannelKind';
import { TestDialog } from './TestDialog';

/** The ways out: mail, webhooks, chat; how each has been going, and a test for real. */
export function Channels() {
  const mayWrite = useMay('notifications.write');
  const [query, setQuery] = useQuery();
  const now = useNow();
  const pages = usePages<NotificationChannel>('channels', (cursor, options) =>
    api.notifications.channels({ limit: 100, ...(cursor ? { cursor } : {}) }, options),
  );
  const dialog = query.get('dialog');
  const chosen = pages.items.find((one) => one.id === query.get('channel'));
  const open = (name: string, channel?: NotificationChannel) => setQuery({ dialog: name, channel: channel?.id }, true);
  const close = () => setQuery({ dialog: null, channel: null });
  const saved = (channel: NotificationChannel) => {
    pages.edit((items) => (items.some((one) => one.id === channel.id) ? items.map((one) => (one.id === channel.id ? channel : one)) : [...items, channel]));
    pages.reload();
    setQuery(dialog === 'add' ? { dialog: 'test', channel: channel.id } : { dialog: null, channel: null });
  };
  const remove = useAction(async (channel: NotificationChannel) => {
    await api.notifications.deleteChannel(channel.id);
    close();
    pages.reload();
  });
  const add = mayWrite ? (
    <Button kind="primary" icon="plus" onClick={() => open('add')} data-testid="channel-add">
      Add a channel
    </Button>
  ) : null;
  const columns: Column<NotificationChannel>[] = [
    {
      key: 'name',
      title: 'Channel',
      narrow: 'first',
      className: 'cell-grow',
      render: (one) => (
        <>
          <span className="cell-name">{one.name}</span>
          {one.description ? <span className="cell-sub muted">{one.description}</span> : null}
        </>
      ),
    },
    { key: 'kind', title: 'Kind', narrow: 'second', render: (one) => <ChannelKind kind={one.kind} /> },
    {
      key: 'to',
      title: 'To',
      narrow: 'second',
      className: 'cell-to',
      render: (one) =>
        one.kind === 'email' ? (
          <span title={one.recipients.join(', ')}>
            {one.recipients[0]}
            {one.recipients.length > 1 ? <span className="muted"> and {one.recipients.length - 1} more</span> : null}
          </span>
        ) : (
          <code>{one.destination}</code>
        ),
    },
    { key: 'state', title: 'State', narrow: 'second', className: 'cell-to', render: (one) => <Health channel={one} now={now} /> },
    { key: 'sent', title: 'Last sent', narrow: 'second', render: (one) => <LastSent at={one.health.last_sent_at} /> },
    {
      key: 'used',
      title: 'Used by',
      narrow: 'second',
      render: (one) => (one.used_by === 0 ? <span className="muted nowrap">no route</span> : <Link to="/notifications/routes" className="nowrap">{plural(one.used_by, 'route')}</Link>),
    },
    ...(mayWrite
      ? [
          {
            key: 'tools',
            title: 'Actions',
            className: 'cell-tools',
            render: (one: NotificationChannel) => (
              <>
                <Button small icon="send" onClick={() => open('test', one)} data-testid="channel-test">
                  Test
                </Button>{' '}
                <HistoryLink kind="notification_channel" id={one.id} name={one.name} />
                <Button small kind="quiet" icon="edit" aria-label={`Change ${one.name}`} onClick={() => open('edit', one)} />
                <Button small kind="quiet" icon="trash" aria-label={`Delete ${one.name}`} onClick={() => open('delete', one)} />
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
        label="Channels"
        noun="channel"
        columns={columns}
        rowKey={(one) => one.id}
        pages={pages}
        rowTestId="channel-row"
        empty={
          <Empty icon="send" title="No channel yet" action={add}>
            A channel is a way out: mail to some addresses, a signed webhook, or a room in Slack or Microsoft Teams. Routes decide what goes
            where.
          </Empty>
        }
      />
      {dialog === 'add' && mayWrite ? <ChannelDialog onClose={close} onSaved={saved} /> : null}
      {dialog === 'edit' && chosen && mayWrite ? <ChannelDialog key={chosen.revision} channel={chosen} onClose={close} onSaved={saved} /> : null}
      {dialog === 'test' && chosen && mayWrite ? <TestDialog channel={chosen} onClose={close} onTested={pages.reload} /> : null}
      {dialog === 'delete' && chosen && mayWrite ? (
        <Confirm
          title={`Delete ${chosen.name}?`}
          action="Delete the channel"
          busy={remove.busy}
          problem={remove.problem}
          onConfirm={() => void remove.run(chosen)}
          onClose={close}
          testId="channel-delete"
        >
          <p>
            {chosen.used_by > 0
              ? `${plural(chosen.used_by, 'route')} ${chosen.used_by === 1 ? 'sends' : 'send'} over it, so it will be refused: take it out of the routes first.`
              : 'No route sends over it. Its secrets are removed for good.'}
          </p>
        </Confirm>
      ) : null}
    </>
  );
}

function LastSent({ at }: { at: string | undefined }) {
  return at === undefined ? null : (
    <>
      <span className="narrow-words">sent </span>
      <Time at={at} />
    </>
  );
}

function Health({ channel, now }: { channel: NotificationChannel; now: number }) {
  const { health } = channel;
  const state = channelState(channel, now);
  return (
    <>
      <StatusWord state={state} testId="channel-state" />
      {state === 'channel_paused' ? (
        <span className="cell-sub muted">
          tries again <Time at={health.paused_until} />
        </span>
      ) : null}
      {(state === 'failing' || state === 'channel_paused') && health.last_error ? (
        <span className="cell-sub muted">
          {plural(health.failures, 'failure')} in a row: {health.last_error}
        </span>
      ) : null}
    </>
  );
}
