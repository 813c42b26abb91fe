import { api } from '../../lib/api';
import type { Schedule } from '../../lib/api';
import { useResource } from '../../lib/resource';
import { Link } from '../../parts/Link';
import { Panel } from '../../parts/Panel';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { Instants } from './Instants';
import { zoneOf } from './scheduleColumns';

/** The next instants of a schedule, with those that a calendar will skip. */
export function ScheduleNext({ schedule }: { schedule: Schedule }) {
  const { definition } = schedule;
  const found = useResource(`next/${schedule.id}/${schedule.revision}/${schedule.next_at ?? ''}`, (signal) =>
    api.schedules.preview(
      {
        schedule: schedule.id,
        name: definition.name,
        timing: definition.timing,
        job: schedule.job.id,
        calendars: definition.calendars ?? [],
        ...(definition.run?.targets ? { run: { targets: definition.run.targets } } : {}),
        count: 8,
      },
      { signal },
    ),
  );
  return (
    <Panel title={schedule.state === 'paused' ? 'Next, if it were not paused' : 'Next'} actions={<Link to="/schedules/week">Week</Link>}>
      {found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : null}
      {!found.value && !found.problem ? <Skeleton rows={4} /> : null}
      {found.value ? <Instants preview={found.value} zone={zoneOf(schedule)} isPaused={schedule.state === 'paused'} /> : null}
    </Panel>
  );
}
