import { useState } from 'react';
import { api } from '../../../lib/api';
import type { Webhook, WebhookDelivery, WebhookDeliveryState } from '../../../lib/api';
import { deliveryLooks } from '../../../lib/eventlooks';
import { usePages } from '../../../lib/pages';
import { useRunChanges } from '../../../lib/repeated';
import { useQuery } from '../../../lib/router';
import { Empty } from '../../../parts/Empty';
import { Link } from '../../../parts/Link';
import { LookWord } from '../../../parts/LookWord';
import { Panel } from '../../../parts/Panel';
import { Table } from '../../../parts/Table';
import type { Column } from '../../../parts/Table';
import { Time } from '../../../parts/Time';
import { DeliveryDrawer } from './DeliveryDrawer';

/** The messages that came, the newest first. */
export function Deliveries({ webhook }: { webhook: Webhook }) {
  const [query, setQuery] = useQuery();
  const states = Object.keys(deliveryLooks) as WebhookDeliveryState[];
  const state = states.find((one) => one === query.get('state'));
  const pages = usePages<WebhookDelivery>(`deliveries/${webhook.id}?${state ?? ''}`, (cursor, options) =>
    api.schedules.deliveries(webhook.id, { limit: 50, ...(state ? { state } : {}), ...(cursor ? { cursor } : {}) }, options),
  );
  useRunChanges(pages.reload, 2000);
  const [opened, setOpened] = useState<string | null>(query.get('delivery'));
  const columns: Column<WebhookDelivery>[] = [
    {
      key: 'at',
      title: 'Came',
      narrow: 'first',
      render: (one) => (
        <>
          <button type="button" className="textlink" onClick={() => setOpened(one.id)} data-testid="delivery-open">
            <Time at={one.received_at} />
          </button>
          <div className="muted cell-second nowrap">{one.redelivery_of ? 'delivered again' : one.address}</div>
        </>
      ),
    },
    { key: 'state', title: 'What became of it', narrow: 'second', render: (one) => <LookWord look={deliveryLooks[one.state]} state={one.state} /> },
    {
      key: 'run',
      title: 'Run',
      narrow: 'second',
      render: (one) =>
        one.execution ? (
          <Link to={`/runs/${one.execution}`}>
            <code className="nowrap">{one.execution}</code>
          </Link>
        ) : null,
    },
    { key: 'reason', title: 'Why', narrow: 'second', className: 'cell-grow', render: (one) => <span className="muted">{one.reason}</span> },
  ];
  return (
    <Panel
      title="Messages"
      actions={
        <label className="bar-choice">
          <span className="unseen">What became of it</span>
          <select value={state ?? ''} onChange={(event) => setQuery({ state: event.target.value })}>
            <option value="">Everything</option>
            {states.map((one) => (
              <option key={one} value={one}>
                {deliveryLooks[one].word}
              </option>
            ))}
          </select>
        </label>
      }
    >
      <Table
        label="Messages"
        noun="message"
        columns={columns}
        rowKey={(one) => one.id}
        pages={pages}
        rowTestId="delivery-row"
        empty={
          <Empty icon="hook" title={state ? `No message was ${deliveryLooks[state].word.toLowerCase()}` : 'No message came yet'}>
            {state ? null : 'Messages whose signature is right are listed here. Those of others are turned away and only counted.'}
          </Empty>
        }
      />
      {opened !== null ? (
        <DeliveryDrawer webhook={webhook} delivery={opened} onClose={() => setOpened(null)} onRedelivered={pages.reload} />
      ) : null}
    </Panel>
  );
}
