import { useState } from 'react';
import { useCrumbs } from '../../app/crumbs';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { JobSummary } from '../../lib/api';
import { usePages } from '../../lib/pages';
import { useQuery } from '../../lib/router';
import { Button } from '../../parts/Button';
import { Empty } from '../../parts/Empty';
import { Icon } from '../../parts/Icon';
import { Link } from '../../parts/Link';
import { Page } from '../../parts/Page';
import { SearchBox } from '../../parts/SearchBox';
import { Table } from '../../parts/Table';
import type { Column } from '../../parts/Table';
import { Time } from '../../parts/Time';
import { RunDialog } from './RunDialog';

/** All jobs. */
export default function Jobs() {
  useCrumbs([{ word: 'Jobs' }]);
  const mayWrite = useMay('jobs.write');
  const mayRun = useMay('jobs.run');
  const [query, setQuery] = useQuery();
  const search = query.get('search') ?? '';
  const [running, setRunning] = useState<string>();
  const pages = usePages<JobSummary>(`jobs?${search}`, (cursor, options) =>
    api.jobs.list({ limit: 100, ...(search ? { search } : {}), ...(cursor ? { cursor } : {}) }, options),
  );
  const columns: Column<JobSummary>[] = [
    {
      key: 'name',
      title: 'Name',
      narrow: 'first',
      render: (job) => (
        <Link className="cell-name" to={`/jobs/${job.serial}`}>
          {job.name}
        </Link>
      ),
    },
    {
      key: 'description',
      title: 'Description',
      narrow: 'hide',
      className: 'cell-grow',
      render: (job) => <span className="muted">{job.description}</span>,
    },
    { key: 'steps', title: 'Steps', narrow: 'hide', className: 'cell-number', render: (job) => job.steps },
    {
      key: 'targets',
      title: 'Targets',
      narrow: 'second',
      render: (job) => (job.targets ? <code>{job.targets}</code> : <span className="muted">chosen at the run</span>),
    },
    { key: 'version', title: 'Version', narrow: 'hide', className: 'cell-number', render: (job) => job.version },
    {
      key: 'updated',
      title: 'Changed',
      narrow: 'second',
      render: (job) => (
        <>
          <Time at={job.updated_at} /> <span className="muted">by {job.updated_by}</span>
        </>
      ),
    },
    { key: 'serial', title: 'Serial', narrow: 'hide', render: (job) => <code className="nowrap">{job.serial}</code> },
    ...(mayRun
      ? [
          {
            key: 'tools',
            title: 'Actions',
            className: 'cell-tools',
            render: (job: JobSummary) => (
              <Button small icon="run" aria-label={`Run ${job.name}`} onClick={() => setRunning(job.serial)}>
                Run
              </Button>
            ),
          },
        ]
      : []),
  ];
  const add = mayWrite ? (
    <Link className="button button-primary" to="/jobs/new" data-testid="job-add">
      <Icon name="plus" />
      New job
    </Link>
  ) : null;
  return (
    <Page title="Jobs" wide actions={add}>
      <div className="bar">
        <SearchBox value={search} onApply={(text) => setQuery({ search: text })} placeholder="Name or description" />
      </div>
      <Table
        label="Jobs"
        noun="job"
        columns={columns}
        rowKey={(job) => job.id}
        pages={pages}
        rowTestId="job-row"
        empty={
          search === '' ? (
            <Empty icon="job" title="No jobs yet" action={add}>
              A job is a list of steps, commands or scripts, that runs on every target it is given. Every save is a version.
            </Empty>
          ) : (
            <Empty icon="search" title="No job is called that">
              <button type="button" className="textlink" onClick={() => setQuery({ search: null })}>
                Show all jobs
              </button>
            </Empty>
          )
        }
      />
      {running !== undefined ? <RunDialog reference={running} onClose={() => setRunning(undefined)} /> : null}
    </Page>
  );
}
