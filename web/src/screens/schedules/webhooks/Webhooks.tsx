import { useCrumbs } from '../../../app/crumbs';
import { useMay } from '../../../app/session';
import { api } from '../../../lib/api';
import type { Webhook } from '../../../lib/api';
import { deliveryLooks, formatWords } from '../../../lib/eventlooks';
import { usePages } from '../../../lib/pages';
import { Empty } from '../../../parts/Empty';
import { Icon } from '../../../parts/Icon';
import { Link } from '../../../parts/Link';
import { LookWord } from '../../../parts/LookWord';
import { Page } from '../../../parts/Page';
import { Table } from '../../../parts/Table';
import type { Column } from '../../../parts/Table';
import { Time } from '../../../parts/Time';
import { SchedulesHead } from '../SchedulesHead';

const columns: Column<Webhook>[] = [
  {
    key: 'name',
    title: 'Name',
    narrow: 'first',
    className: 'cell-name-wide',
    render: (hook) => (
      <>
        <Link className="cell-name" to={`/schedules/webhooks/${hook.serial}`}>
          {hook.definition.name}
        </Link>
        {hook.definition.enabled === false ? (
          <span className="schedule-state">
            <LookWord look={{ word: 'Disabled', icon: 'pause', tone: 'blocked' }} state="disabled" />
          </span>
        ) : null}
        {hook.definition.description ? <div className="muted cell-second">{hook.definition.description}</div> : null}
      </>
    ),
  },
  {
    key: 'job',
    title: 'Job',
    narrow: 'second',
    className: 'cell-name-wide',
    render: (hook) => <Link to={`/jobs/${hook.job.serial}`}>{hook.job.name}</Link>,
  },
  { key: 'format', title: 'Proved by', narrow: 'hide', render: (hook) => formatWords[hook.definition.format].split(':')[0] },
  {
    key: 'filter',
    title: 'Only when',
    narrow: 'hide',
    className: 'cell-grow',
    render: (hook) => (hook.definition.filter ? <code>{hook.definition.filter}</code> : <span className="muted">every message</span>),
  },
  {
    key: 'last',
    title: 'Last message',
    narrow: 'second',
    render: (hook) =>
      hook.last ? (
        <span className="zoned">
          <LookWord look={deliveryLooks[hook.last.state]} state={hook.last.state} title={hook.last.reason} />
          <span className="muted">
            <Time at={hook.last.received_at} />
          </span>
        </span>
      ) : (
        <span className="muted">none yet</span>
      ),
  },
  { key: 'owner', title: 'Answers for it', narrow: 'hide', render: (hook) => hook.owner.name },
];

/** Messages from outside that start runs. */
export default function Webhooks() {
  useCrumbs([{ word: 'Schedules', to: '/schedules' }, { word: 'Webhooks' }]);
  const mayWrite = useMay('webhooks.write');
  const pages = usePages<Webhook>('webhooks', (cursor, options) => api.schedules.webhooks({ limit: 100, ...(cursor ? { cursor } : {}) }, options));
  const add = mayWrite ? (
    <Link className="button button-primary" to="/schedules/webhooks/new" data-testid="webhook-add">
      <Icon name="plus" />
      New webhook
    </Link>
  ) : null;
  return (
    <Page title="Webhooks" wide actions={add}>
      <SchedulesHead current="webhooks" />
      <Table
        label="Webhooks"
        noun="webhook"
        columns={columns}
        rowKey={(hook) => hook.id}
        pages={pages}
        rowTestId="webhook-row"
        empty={
          <Empty icon="hook" title="No webhooks yet" action={add}>
            A webhook is an address to which another system sends messages, a code forge or a monitor for example. Each that proves by its
            signature who sent it runs a job with values out of the message.
          </Empty>
        }
      />
    </Page>
  );
}
