import { useEffect } from 'react';
import { api } from '../../lib/api';
import type { Occurrence, OccurrenceState, Schedule } from '../../lib/api';
import { lagText, occurrenceWords } from '../../lib/occurrences';
import { usePages } from '../../lib/pages';
import { inZone } from '../../lib/zones';
import { useQuery } from '../../lib/router';
import { Empty } from '../../parts/Empty';
import { Link } from '../../parts/Link';
import { Panel } from '../../parts/Panel';
import { Table } from '../../parts/Table';
import type { Column } from '../../parts/Table';
import { OccurrenceWord } from './OccurrenceWord';
import { zoneOf } from './scheduleColumns';
import { ZonedTime } from './ZonedTime';

const choosable: OccurrenceState[] = ['fired', 'late', 'skipped', 'missed', 'failed_to_start'];

/** What became of each instant of a schedule, the newest first. */
export function Ledger({ schedule }: { schedule: Schedule }) {
  const [query, setQuery] = useQuery();
  const state = choosable.find((one) => one === query.get('state'));
  const pages = usePages<Occurrence>(`ledger?${schedule.id}&${state ?? ''}`, (cursor, options) =>
    api.schedules.occurrences({ schedule: schedule.id, limit: 50, ...(state ? { state } : {}), ...(cursor ? { cursor } : {}) }, options),
  );
  const { reload } = pages;
  const { last } = schedule;
  const sign = `${last?.at ?? ''}/${last?.state ?? ''}/${last?.outcome ?? ''}`;
  useEffect(() => reload(), [reload, sign]);
  const zone = zoneOf(schedule);
  const columns: Column<Occurrence>[] = [
    { key: 'at', title: 'Due', narrow: 'first', render: (one) => <ZonedTime at={one.at} zone={zone} /> },
    { key: 'state', title: 'What became of it', narrow: 'second', render: (one) => <OccurrenceWord occurrence={one} /> },
    {
      key: 'lag',
      title: 'After',
      narrow: 'second',
      className: 'cell-number',
      render: (one) => <span title="From the instant to the decision">{lagText(one)}</span>,
    },
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
    { key: 'reason', title: 'Why', narrow: 'second', className: 'cell-grow', render: (one) => <span className="muted">{one.reason ? inZone(zone, one.reason) : null}</span> },
  ];
  return (
    <Panel
      title="What became of each time"
      actions={
        <label className="bar-choice">
          <span className="unseen">What became of it</span>
          <select value={state ?? ''} onChange={(event) => setQuery({ state: event.target.value })} data-testid="ledger-state">
            <option value="">Everything</option>
            {choosable.map((one) => (
              <option key={one} value={one}>
                {occurrenceWords[one]}
              </option>
            ))}
          </select>
        </label>
      }
    >
      <Table
        label="What became of each time"
        noun="time"
        columns={columns}
        rowKey={(one) => one.at}
        pages={pages}
        rowTestId="occurrence-row"
        empty={
          <Empty icon="clock" title={state ? `Nothing was ${occurrenceWords[state].toLowerCase()}` : 'It has not been due yet'}>
            {state ? null : 'From its first time on each one is listed here with what became of it, also when nothing could be started.'}
          </Empty>
        }
      />
    </Panel>
  );
}
