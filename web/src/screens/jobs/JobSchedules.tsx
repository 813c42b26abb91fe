import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { Job, Schedule } from '../../lib/api';
import { usePages } from '../../lib/pages';
import { useRunChanges } from '../../lib/repeated';
import { Empty } from '../../parts/Empty';
import { Icon } from '../../parts/Icon';
import { Link } from '../../parts/Link';
import { Table } from '../../parts/Table';
import { scheduleColumns } from '../schedules/scheduleColumns';

const columns = scheduleColumns(false);

/** The schedules that run a job. */
export function JobSchedules({ job }: { job: Job }) {
  const mayWrite = useMay('schedules.write');
  const pages = usePages<Schedule>(`job-schedules?${job.id}`, (cursor, options) =>
    api.schedules.list({ job: job.id, limit: 50, ...(cursor ? { cursor } : {}) }, options),
  );
  useRunChanges(pages.reload, 3000);
  const add = mayWrite ? (
    <Link className="button button-plain" to={`/schedules/new?job=${job.serial}`} data-testid="job-schedule-add">
      <Icon name="plus" />
      New schedule
    </Link>
  ) : null;
  return (
    <>
      {pages.items.length > 0 ? (
        <div className="bar bar-end">
          <Link className="button button-plain" to={`/schedules/week?job=${job.serial}`}>
            <Icon name="calendar" />
            In the week
          </Link>
          {add}
        </div>
      ) : null}
      <Table
        label={`Schedules of ${job.definition.name}`}
        noun="schedule"
        columns={columns}
        rowKey={(schedule) => schedule.id}
        pages={pages}
        rowTestId="schedule-row"
        empty={
          <Empty icon="calendar" title="Nothing runs this job by itself" action={add}>
            A schedule runs it at times of the day, in intervals or on single dates. A job can have several.
          </Empty>
        }
      />
    </>
  );
}
