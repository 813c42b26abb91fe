import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { DeliveryState, NotificationDelivery } from '../../lib/api';
import { count } from '../../lib/format';
import { deliveryState } from '../../lib/notices';
import { loadAll, usePages } from '../../lib/pages';
import { useRunChanges } from '../../lib/repeated';
import { useResource } from '../../lib/resource';
import { useQuery } from '../../lib/router';
import { statusLook } from '../../lib/status';
import { DraftInput } from '../../parts/DraftInput';
import { Empty } from '../../parts/Empty';
import { StatusWord } from '../../parts/StatusWord';
import { Table } from '../../parts/Table';
import type { Column } from '../../parts/Table';
import { Time } from '../../parts/Time';
import { ChannelKind } from './ChannelKind';
import { DeliveryDrawer } from './DeliveryDrawer';

const states: DeliveryState[] = ['failed', 'waiting', 'held', 'sending', 'sent', 'dropped'];

/** What became of each message, newest first. */
export function Deliveries() {
  const mayWrite = useMay('notifications.write');
  const [query, setQuery] = useQuery();
  const state = states.find((one) => one === query.get('state'));
  const [channel, route, execution] = ['channel', 'route', 'execution'].map((name) => query.get(name) ?? '') as [string, string, string];
  const filter = { ...(state ? { state } : {}), ...(channel ? { channel } : {}), ...(route ? { route } : {}), ...(execution ? { execution } : {}) };
  const pages = usePages<NotificationDelivery>(`deliveries?${JSON.stringify(filter)}`, (cursor, options) =>
    api.notifications.deliveries({ ...filter, limit: 100, ...(cursor ? { cursor } : {}) }, options),
  );
  useRunChanges(pages.reload, 2000);
  const channels = useResource('channel-names', (signal) => loadAll((cursor, options) => api.notifications.channels({ limit: 200, ...(cursor ? { cursor } : {}) }, options), 1000, signal));
  const routes = useResource('route-names', (signal) => loadAll((cursor, options) => api.notifications.routes({ limit: 200, ...(cursor ? { cursor } : {}) }, options), 1000, signal));
  const shown = query.get('delivery');
  const isPlain = Object.keys(filter).length === 0;
  const choice = (name: string, word: string, all: string, value: string, names: [string, string][]) => (
    <label className="bar-choice">
      <span className="unseen">{word}</span>
      <select value={value} data-testid={`deliveries-${name}`} onChange={(event) => setQuery({ [name]: event.target.value })}>
        <option value="">{all}</option>
        {value !== '' && !names.some(([key]) => key === value) ? <option value={value}>{value}</option> : null}
        {names.map(([key, label]) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
  const columns: Column<NotificationDelivery>[] = [
    { key: 'state', title: 'State', narrow: 'second', render: (one) => <StatusWord state={deliveryState(one.state)} /> },
    {
      key: 'subject',
      title: 'Message',
      narrow: 'first',
      className: 'cell-wide',
      render: (one) => (
        <>
          <button type="button" className="rowlink" onClick={() => setQuery({ delivery: one.id }, true)} data-testid="delivery-open">
            {one.subject || 'No subject'}
          </button>
          <LastWord delivery={one} />
        </>
      ),
    },
    {
      key: 'channel',
      title: 'Channel',
      narrow: 'second',
      className: 'cell-who',
      render: (one) => (
        <span className="pieces">
          <ChannelKind kind={one.channel_kind} quiet />
          {one.channel}
        </span>
      ),
    },
    { key: 'route', title: 'Route', narrow: 'second', className: 'cell-who', render: (one) => one.route },
    { key: 'events', title: 'Events', narrow: 'hide', className: 'cell-number', render: (one) => count(one.event_count) },
    { key: 'attempts', title: 'Attempts', narrow: 'hide', className: 'cell-number', render: (one) => count(one.attempts) },
    { key: 'created', title: 'Began', narrow: 'second', render: (one) => <Time at={one.created_at} /> },
    {
      key: 'next',
      title: 'Next or end',
      narrow: 'hide',
      render: (one) => (one.ended_at ? <Time at={one.ended_at} /> : one.due_at ? <Time at={one.due_at} /> : null),
    },
  ];
  return (
    <>
      <div className="bar">
        {choice('state', 'State', 'All states', state ?? '', states.map((one) => [one, statusLook(deliveryState(one)).word]))}
        {choice('channel', 'Channel', 'All channels', channel, (channels.value?.items ?? []).map((one) => [one.name, one.name]))}
        {choice('route', 'Route', 'All routes', route, (routes.value?.items ?? []).map((one) => [one.name, one.name]))}
        <label className="bar-choice deliveries-run">
          <span className="unseen">Run</span>
          <DraftInput value={execution} placeholder="Serial of a run" testId="deliveries-execution" onApply={(text) => setQuery({ execution: text })} />
        </label>
        {isPlain ? null : (
          <button type="button" className="textlink" onClick={() => setQuery({ state: null, channel: null, route: null, execution: null })}>
            Show all messages
          </button>
        )}
      </div>
      <Table
        label="Deliveries"
        noun="message"
        columns={columns}
        rowKey={(one) => one.id}
        pages={pages}
        rowTestId="delivery-row"
        empty={
          isPlain ? (
            <Empty icon="send" title="Nothing was sent yet">
              Each message that a route makes stands here with its attempts, and what the other side said.
            </Empty>
          ) : (
            <Empty icon="search" title="No message fits" />
          )
        }
      />
      {shown ? <DeliveryDrawer delivery={shown} mayWrite={mayWrite} onClose={() => setQuery({ delivery: null })} onChanged={pages.reload} /> : null}
    </>
  );
}

/** Why a message is not sent, as far as the list knows. */
function LastWord({ delivery }: { delivery: NotificationDelivery }) {
  if (delivery.state === 'sent') return null;
  const last = delivery.history[delivery.history.length - 1];
  const words = delivery.reason ?? (last && !last.sent ? last.answer : undefined);
  return words ? <span className="cell-sub muted">{words}</span> : null;
}
