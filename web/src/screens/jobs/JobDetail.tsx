import { lazy, Suspense } from 'react';
import { useCrumbs } from '../../app/crumbs';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
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
import { Tabs } from '../../parts/Tabs';
import { Time } from '../../parts/Time';
import { JobRuns } from './JobRuns';
import { JobSchedules } from './JobSchedules';
import { JobSteps } from './JobSteps';
import { JobVersions } from './JobVersions';
import { RunDialog } from './RunDialog';

const ObjectHistory = lazy(() => import('../audit/ObjectHistory'));

/** One job: its steps, its runs, its versions. */
export default function JobDetail({ job: reference = '' }: { job?: string }) {
  const [query, setQuery] = useQuery();
  const mayWrite = useMay('jobs.write');
  const mayRun = useMay('jobs.run');
  const mayAudit = useMay('audit.read');
  const found = useResource(`job/${reference}`, (signal) => api.jobs.show(reference, { signal }));
  const job = found.value;
  useCrumbs([{ word: 'Jobs', to: '/jobs' }, { word: job?.definition.name ?? reference }]);
  const tab = query.get('tab') ?? 'steps';
  const dialog = query.get('dialog');
  const remove = useAction(async () => {
    await api.jobs.delete(reference);
    navigate('/jobs');
  });
  if (!job)
    return <div className="page">{found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : <Skeleton />}</div>;
  const here = `/jobs/${job.serial}`;
  const { definition } = job;
  return (
    <Page
      title={definition.name}
      detail={
        <>
          <Serial text={job.serial} />
          <span className="muted">
            version {job.version}, saved <Time at={job.updated_at} /> by {job.updated_by}
          </span>
        </>
      }
      actions={
        <>
          {mayRun ? (
            <Button kind="primary" icon="run" onClick={() => setQuery({ dialog: 'run' }, true)} data-testid="job-run">
              Run
            </Button>
          ) : null}
          {mayWrite ? (
            <Link className="button button-plain" to={`${here}/edit`} data-testid="job-edit">
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
      <Tabs
        label="Views of this job"
        current={tab}
        tabs={[
          { key: 'steps', label: 'Steps', to: here },
          { key: 'runs', label: 'Runs', to: `${here}?tab=runs` },
          { key: 'schedules', label: 'Schedules', to: `${here}?tab=schedules` },
          { key: 'versions', label: 'Versions', to: `${here}?tab=versions` },
          ...(mayAudit ? [{ key: 'history', label: 'History', to: `${here}?tab=history` }] : []),
        ]}
      />
      {tab === 'runs' ? (
        <JobRuns job={job} />
      ) : tab === 'schedules' ? (
        <JobSchedules job={job} />
      ) : tab === 'versions' ? (
        <JobVersions job={job} onRestored={found.replace} />
      ) : tab === 'history' && mayAudit ? (
        <Suspense fallback={<Skeleton />}>
          <ObjectHistory kind="job" id={job.id} />
        </Suspense>
      ) : (
        <JobSteps definition={definition} yaml={job.yaml} />
      )}
      {dialog === 'run' && mayRun ? <RunDialog reference={reference} onClose={() => setQuery({ dialog: null })} /> : null}
      {dialog === 'delete' && mayWrite ? (
        <Confirm
          title={`Delete ${definition.name}?`}
          action="Delete the job"
          busy={remove.busy}
          problem={remove.problem}
          onConfirm={() => void remove.run()}
          onClose={() => setQuery({ dialog: null })}
        >
          <p>
            The job and its {job.version === 1 ? 'only version' : `${job.version} versions`} are removed. Its runs stay in the history with
            what they ran.
          </p>
        </Confirm>
      ) : null}
    </Page>
  );
}
