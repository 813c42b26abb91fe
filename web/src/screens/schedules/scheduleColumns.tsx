import type { Schedule } from '../../lib/api';
import { timingText } from '../../lib/timingtext';
import { Link } from '../../parts/Link';
import { StatusWord } from '../../parts/StatusWord';
import type { Column } from '../../parts/Table';
import { OccurrenceWord } from './OccurrenceWord';
import { Recent } from './Recent';
import { ZonedTime } from './ZonedTime';

/** The zone of a schedule. */
export const zoneOf = (schedule: Schedule): string => schedule.definition.timing.zone ?? 'UTC';

/** The columns of schedules; on the page of a job without the job. */
export function scheduleColumns(withJob: boolean): Column<Schedule>[] {
  return [
    {
      key: 'name',
      title: 'Name',
      narrow: 'first',
      className: 'cell-name-wide',
      render: (schedule) => (
        <>
          <Link className="cell-name" to={`/schedules/${schedule.serial}`}>
            {schedule.definition.name}
          </Link>
          {schedule.state !== 'active' ? (
            <span className="schedule-state" title={schedule.pause ? `${schedule.pause.by}: ${schedule.pause.reason}` : undefined}>
              <StatusWord state={schedule.state} />
            </span>
          ) : null}
        </>
      ),
    },
    ...(withJob
      ? [
          {
            key: 'job',
            title: 'Job',
            narrow: 'second' as const,
            className: 'cell-name-wide',
            render: (schedule: Schedule) => <Link to={`/jobs/${schedule.job.serial}`}>{schedule.job.name}</Link>,
          },
        ]
      : []),
    {
      key: 'when',
      title: 'When',
      narrow: 'second',
      render: (schedule) => <span title={timingText(schedule.definition.timing)}>{schedule.words}</span>,
    },
    { key: 'zone', title: 'Zone', narrow: 'hide', render: (schedule) => <span className="muted">{zoneOf(schedule)}</span> },
    {
      key: 'next',
      title: 'Next',
      narrow: 'second',
      render: (schedule) =>
        schedule.next_at ? <ZonedTime at={schedule.next_at} zone={zoneOf(schedule)} /> : <span className="muted">none</span>,
    },
    {
      key: 'last',
      title: 'Last',
      narrow: 'second',
      render: (schedule) =>
        schedule.last ? (
          <span className="schedule-last" title={schedule.last.reason}>
            <OccurrenceWord occurrence={schedule.last} />
            {schedule.last.execution ? (
              <Link to={`/runs/${schedule.last.execution}`}>
                <code>{schedule.last.execution}</code>
              </Link>
            ) : null}
          </span>
        ) : (
          <span className="muted">never</span>
        ),
    },
    { key: 'recent', title: 'Recent', narrow: 'second', render: (schedule) => <Recent schedule={schedule} /> },
  ];
}
