import { useState } from 'react';
import { useCrumbs } from '../../../app/crumbs';
import { useMay } from '../../../app/session';
import { api } from '../../../lib/api';
import type { ScheduleCalendar } from '../../../lib/api';
import { windowWords } from '../../../lib/closures';
import { count, plural } from '../../../lib/format';
import { usePages } from '../../../lib/pages';
import { useAction } from '../../../lib/resource';
import { Button } from '../../../parts/Button';
import { Confirm } from '../../../parts/Confirm';
import { Empty } from '../../../parts/Empty';
import { Icon } from '../../../parts/Icon';
import { Link } from '../../../parts/Link';
import { Page } from '../../../parts/Page';
import { Table } from '../../../parts/Table';
import type { Column } from '../../../parts/Table';
import { Time } from '../../../parts/Time';
import { SchedulesHead } from '../SchedulesHead';
import { CalendarState } from './CalendarState';

/** When something may begin and when not: maintenance windows and blackouts. */
export default function Calendars() {
  useCrumbs([{ word: 'Schedules', to: '/schedules' }, { word: 'Calendars' }]);
  const mayWrite = useMay('schedules.write');
  const pages = usePages<ScheduleCalendar>('calendars', (cursor, options) =>
    api.schedules.calendars({ limit: 100, ...(cursor ? { cursor } : {}) }, options),
  );
  const [leaving, setLeaving] = useState<ScheduleCalendar | null>(null);
  const remove = useAction(async (calendar: ScheduleCalendar) => {
    await api.schedules.deleteCalendar(calendar.id);
    setLeaving(null);
    pages.reload();
  });
  const columns: Column<ScheduleCalendar>[] = [
    {
      key: 'name',
      title: 'Name',
      narrow: 'first',
      className: 'cell-name-wide',
      render: ({ definition }) => (
        <>
          <Link className="cell-name" to={`/schedules/calendars/${encodeURIComponent(definition.name)}`}>
            {definition.name}
          </Link>
          {definition.description ? <div className="muted cell-second">{definition.description}</div> : null}
        </>
      ),
    },
    {
      key: 'state',
      title: 'Now',
      narrow: 'second',
      render: (calendar) => (
        <span className="zoned">
          <CalendarState calendar={calendar} />
          {calendar.is_open ? null : <span className="muted">{calendar.opens_at ? <>opens <Time at={calendar.opens_at} /></> : 'does not open again'}</span>}
        </span>
      ),
    },
    {
      key: 'windows',
      title: 'Windows',
      narrow: 'second',
      className: 'cell-grow',
      render: ({ definition }) => (
        <ul className="windows-words">
          {(definition.openings ?? []).slice(0, 3).map((window, at) => (
            <li key={`o${at}`}>
              <span className="window-kind window-opening">open</span> {windowWords(window)}
            </li>
          ))}
          {(definition.blackouts ?? []).slice(0, 3).map((window, at) => (
            <li key={`b${at}`}>
              <span className="window-kind window-blackout">closed</span> {windowWords(window)}
            </li>
          ))}
          {more(definition.openings, definition.blackouts)}
        </ul>
      ),
    },
    { key: 'zone', title: 'Zone', narrow: 'hide', render: ({ definition }) => <span className="muted">{definition.zone ?? 'UTC'}</span> },
    {
      key: 'targets',
      title: 'Bound to targets',
      narrow: 'hide',
      render: ({ definition }) => (definition.targets ? <code>{definition.targets}</code> : <span className="muted">no</span>),
    },
    { key: 'schedules', title: 'Schedules', narrow: 'second', className: 'cell-number', render: (calendar) => count(calendar.schedules) },
    ...(mayWrite
      ? [
          {
            key: 'tools',
            title: 'Actions',
            className: 'cell-tools',
            render: (calendar: ScheduleCalendar) => (
              <Button small kind="quiet" icon="trash" aria-label={`Delete ${calendar.definition.name}`} onClick={() => setLeaving(calendar)} />
            ),
          },
        ]
      : []),
  ];
  const add = mayWrite ? (
    <Link className="button button-primary" to="/schedules/calendars/new" data-testid="calendar-add">
      <Icon name="plus" />
      New calendar
    </Link>
  ) : null;
  return (
    <Page title="Calendars" wide actions={add}>
      <SchedulesHead current="calendars" />
      <Table
        label="Calendars"
        noun="calendar"
        columns={columns}
        rowKey={(calendar) => calendar.id}
        pages={pages}
        rowTestId="calendar-row"
        empty={
          <Empty icon="calendar" title="No calendars yet" action={add}>
            A calendar says when scheduled runs may begin: only in maintenance windows, or not in a blackout such as a freeze over Christmas.
            Schedules name it, or it binds all that touch some targets.
          </Empty>
        }
      />
      {leaving ? (
        <Confirm
          title={`Delete ${leaving.definition.name}?`}
          action="Delete the calendar"
          busy={remove.busy}
          problem={remove.problem}
          onConfirm={() => void remove.run(leaving)}
          onClose={() => setLeaving(null)}
        >
          <p>
            {leaving.schedules > 0
              ? `${plural(leaving.schedules, 'schedule')} ${leaving.schedules === 1 ? 'names' : 'name'} it; take it out of them first.`
              : 'No schedule names it.'}{' '}
            {leaving.definition.targets ? 'It binds runs by their targets; these will run at any time.' : ''}
          </p>
        </Confirm>
      ) : null}
    </Page>
  );
}

function more(...lists: (unknown[] | undefined)[]) {
  const rest = lists.reduce((sum, list) => sum + Math.max(0, (list?.length ?? 0) - 3), 0);
  return rest > 0 ? <li className="muted">and {rest} more</li> : null;
}
