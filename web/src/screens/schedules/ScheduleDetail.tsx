import { useCallback } from 'react';
import { useCrumbs } from '../../app/crumbs';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { Schedule } from '../../lib/api';
import { useRunChanges } from '../../lib/repeated';
import { useAction, useResource } from '../../lib/resource';
import { navigate, useQuery } from '../../lib/router';
import { Button } from '../../parts/Button';
import { Confirm } from '../../parts/Confirm';
import { Icon } from '../../parts/Icon';
import { Link } from '../../parts/Link';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/Problem';
import { Serial } from '../../parts/Serial';
import { Skeleton } from '../../parts/Skeleton';
import { StatusWord } from '../../parts/StatusWord';
import { Time } from '../../parts/Time';
import { RunDialog } from '../jobs/RunDialog';
import type { GivenRun } from '../jobs/RunForm';
import { Ledger } from './Ledger';
import { PauseScheduleDialog } from './PauseScheduleDialog';
import { ScheduleAbout } from './ScheduleAbout';
import { ScheduleNext } from './ScheduleNext';

/** One schedule: what became of each of its instants, and which come next. */
export default function ScheduleDetail({ schedule: reference = '' }: { schedule?: string }) {
  const [query, setQuery] = useQuery();
  const mayWrite = useMay('schedules.write');
  const mayRun = useMay('jobs.run');
  const found = useResource(`schedule/${reference}`, (signal) => api.schedules.show(reference, { signal }));
  const schedule = found.value;
  useCrumbs([{ word: 'Schedules', to: '/schedules' }, { word: schedule?.definition.name ?? reference }]);
  useRunChanges(useCallback(() => found.reload(), [found.reload]), 2000);
  const remove = useAction(async () => {
    await api.schedules.delete(reference);
    navigate('/schedules');
  });
  const resume = useAction(async () => found.replace(await api.schedules.resume(reference)));
  if (!schedule)
    return <div className="page">{found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : <Skeleton />}</div>;
  const { definition } = schedule;
  const here = `/schedules/${schedule.serial}`;
  const dialog = query.get('dialog');
  const close = () => setQuery({ dialog: null });
  return (
    <Page
      title={definition.name}
      wide
      detail={
        <>
          <Serial text={schedule.serial} />
          <StatusWord state={schedule.state} testId="schedule-state" />
          <span className="muted">
            runs <Link to={`/jobs/${schedule.job.serial}`}>{schedule.job.name}</Link>
          </span>
        </>
      }
      actions={
        <>
          {mayRun ? (
            <Button icon="run" onClick={() => setQuery({ dialog: 'run' }, true)} data-testid="schedule-run">
              Run now
            </Button>
          ) : null}
          {mayWrite && schedule.state === 'paused' ? (
            <Button kind="primary" icon="run" busy={resume.busy} onClick={() => void resume.run()} data-testid="schedule-resume">
              Resume
            </Button>
          ) : null}
          {mayWrite && schedule.state === 'active' ? (
            <Button icon="pause" onClick={() => setQuery({ dialog: 'pause' }, true)} data-testid="schedule-pause">
              Pause
            </Button>
          ) : null}
          {mayWrite ? (
            <Link className="button button-plain" to={`${here}/edit`} data-testid="schedule-edit">
              <Icon name="edit" />
              Change
            </Link>
          ) : null}
          {mayWrite ? (
            <Button icon="trash" aria-label={`Delete ${definition.name}`} onClick={() => setQuery({ dialog: 'delete' }, true)} />
          ) : null}
        </>
      }
    >
      {definition.description ? <p className="lead">{definition.description}</p> : null}
      {resume.problem ? <ProblemNote problem={resume.problem} /> : null}
      {schedule.pause ? (
        <p className="paused-note" data-testid="schedule-paused">
          <Icon name="pause" />
          <span>
            <strong>Paused</strong> by {schedule.pause.by} <Time at={schedule.pause.at} />: {schedule.pause.reason}
          </span>
        </p>
      ) : null}
      <p className="schedule-words" data-testid="schedule-words">
        {schedule.words}
      </p>
      <div className="schedule-columns">
        <Ledger schedule={schedule} />
        <div className="schedule-side">
          <ScheduleNext schedule={schedule} />
          <ScheduleAbout schedule={schedule} />
        </div>
      </div>
      {dialog === 'run' && mayRun ? <RunDialog reference={schedule.job.serial} given={givenRun(schedule)} onClose={close} /> : null}
      {dialog === 'pause' && mayWrite && schedule.state === 'active' ? (
        <PauseScheduleDialog
          schedule={schedule}
          onClose={close}
          onPaused={(next) => {
            found.replace(next);
            close();
          }}
        />
      ) : null}
      {dialog === 'delete' && mayWrite ? (
        <Confirm
          title={`Delete ${definition.name}?`}
          action="Delete the schedule"
          busy={remove.busy}
          problem={remove.problem}
          onConfirm={() => void remove.run()}
          onClose={close}
        >
          <p>
            It starts nothing any more. What it started so far stays in the history, and so does the list of its times. To stop it only for a
            while, pause it instead.
          </p>
        </Confirm>
      ) : null}
    </Page>
  );
}

function givenRun({ definition: { run } }: Schedule): Partial<GivenRun> {
  return {
    parameters: run?.parameters ?? {},
    ...(run?.targets ? { targets: run.targets } : {}),
    ...(run?.max_parallel === undefined ? {} : { maxParallel: run.max_parallel }),
    ...(run?.priority ? { priority: run.priority } : {}),
  };
}
