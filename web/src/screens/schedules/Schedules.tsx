import { useCrumbs } from '../../app/crumbs';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { Schedule, ScheduleState } from '../../lib/api';
import { usePages } from '../../lib/pages';
import { useRunChanges } from '../../lib/repeated';
import { useQuery } from '../../lib/router';
import { statusLook } from '../../lib/status';
import { Empty } from '../../parts/Empty';
import { Icon } from '../../parts/Icon';
import { Link } from '../../parts/Link';
import { Page } from '../../parts/Page';
import { SearchBox } from '../../parts/SearchBox';
import { Table } from '../../parts/Table';
import { scheduleColumns } from './scheduleColumns';
import { SchedulesHead } from './SchedulesHead';

const states: ScheduleState[] = ['active', 'paused', 'ended'];
const columns = scheduleColumns(true);

/** All schedules: when each is due next, and what became of it lately. */
export default function Schedules() {
  useCrumbs([{ word: 'Schedules' }]);
  const mayWrite = useMay('schedules.write');
  const [query, setQuery] = useQuery();
  const search = query.get('search') ?? '';
  const state = states.find((one) => one === query.get('state'));
  const filter = { ...(search ? { search } : {}), ...(state ? { state } : {}) };
  const pages = usePages<Schedule>(`schedules?${JSON.stringify(filter)}`, (cursor, options) =>
    api.schedules.list({ ...filter, limit: 50, ...(cursor ? { cursor } : {}) }, options),
  );
  useRunChanges(pages.reload, 3000);
  const add = mayWrite ? (
    <Link className="button button-primary" to="/schedules/new" data-testid="schedule-add">
      <Icon name="plus" />
      New schedule
    </Link>
  ) : null;
  return (
    <Page title="Schedules" wide actions={add}>
      <SchedulesHead current="list" />
      <div className="bar">
        <SearchBox value={search} onApply={(text) => setQuery({ search: text })} placeholder="Name, description or job" />
        <label className="bar-choice">
          <span className="unseen">State</span>
          <select value={state ?? ''} onChange={(event) => setQuery({ state: event.target.value })} data-testid="schedules-state">
            <option value="">All states</option>
            {states.map((one) => (
              <option key={one} value={one}>
                {statusLook(one).word}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Table
        label="Schedules"
        noun="schedule"
        columns={columns}
        rowKey={(schedule) => schedule.id}
        pages={pages}
        rowTestId="schedule-row"
        empty={
          search === '' && state === undefined ? (
            <Empty icon="calendar" title="No schedules yet" action={add}>
              A schedule runs a job by itself, at times of the day, in intervals or on single dates. What became of each time is kept: fired,
              late, skipped or missed.
            </Empty>
          ) : (
            <Empty icon="search" title="No schedule fits">
              <button type="button" className="textlink" onClick={() => setQuery({ search: null, state: null })}>
                Show all schedules
              </button>
            </Empty>
          )
        }
      />
    </Page>
  );
}
