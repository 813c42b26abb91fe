import { useCrumbs } from '../../../app/crumbs';
import { useMay } from '../../../app/session';
import { api } from '../../../lib/api';
import type { EventRule } from '../../../lib/api';
import { firingLooks } from '../../../lib/eventlooks';
import { usePages } from '../../../lib/pages';
import { useRunChanges } from '../../../lib/repeated';
import { Empty } from '../../../parts/Empty';
import { Icon } from '../../../parts/Icon';
import { Link } from '../../../parts/Link';
import { LookWord } from '../../../parts/LookWord';
import { Page } from '../../../parts/Page';
import { Panel } from '../../../parts/Panel';
import { Table } from '../../../parts/Table';
import type { Column } from '../../../parts/Table';
import { Time } from '../../../parts/Time';
import { SchedulesHead } from '../SchedulesHead';
import { Firings } from './Firings';

const columns: Column<EventRule>[] = [
  {
    key: 'name',
    title: 'Rule',
    narrow: 'first',
    className: 'cell-grow',
    render: (rule) => (
      <>
        <Link className="cell-name" to={`/schedules/rules/${rule.serial}`}>
          {rule.definition.name}
        </Link>
        {rule.definition.enabled === false ? (
          <span className="schedule-state">
            <LookWord look={{ word: 'Disabled', icon: 'pause', tone: 'blocked' }} state="disabled" />
          </span>
        ) : null}
        <div className="muted cell-second">{rule.words}</div>
      </>
    ),
  },
  {
    key: 'job',
    title: 'Runs',
    narrow: 'second',
    className: 'cell-name-wide',
    render: (rule) => <Link to={`/jobs/${rule.job.serial}`}>{rule.job.name}</Link>,
  },
  {
    key: 'last',
    title: 'Last',
    narrow: 'second',
    render: (rule) =>
      rule.last ? (
        <span className="zoned">
          <LookWord look={firingLooks[rule.last.state]} state={rule.last.state} title={rule.last.reason} />
          <span className="muted">
            <Time at={rule.last.at} />
          </span>
        </span>
      ) : (
        <span className="muted">never</span>
      ),
  },
  { key: 'owner', title: 'Answers for it', narrow: 'hide', render: (rule) => rule.owner.name },
];

/** What runs when something happens. */
export default function EventRules() {
  useCrumbs([{ word: 'Schedules', to: '/schedules' }, { word: 'Event rules' }]);
  const mayWrite = useMay('schedules.write');
  const pages = usePages<EventRule>('event-rules', (cursor, options) =>
    api.schedules.eventRules({ limit: 100, ...(cursor ? { cursor } : {}) }, options),
  );
  useRunChanges(pages.reload, 3000);
  const add = mayWrite ? (
    <Link className="button button-primary" to="/schedules/rules/new" data-testid="event-rule-add">
      <Icon name="plus" />
      New rule
    </Link>
  ) : null;
  return (
    <Page title="Event rules" wide actions={add}>
      <SchedulesHead current="rules" />
      <Table
        label="Event rules"
        noun="rule"
        columns={columns}
        rowKey={(rule) => rule.id}
        pages={pages}
        rowTestId="event-rule-row"
        empty={
          <Empty icon="bolt" title="No rules yet" action={add}>
            An event rule runs a job when something happens: when a run fails, a target becomes critical, or a schedule misses a time. It
            never acts on what it led to itself.
          </Empty>
        }
      />
      {pages.items.length > 0 ? (
        <Panel title="What rules did">
          <Firings />
        </Panel>
      ) : null}
    </Page>
  );
}
