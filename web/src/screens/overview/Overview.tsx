import { useEffect } from 'react';
import { useKnownAlerts } from '../../app/alerts';
import { useKnownApprovals } from '../../app/approvals';
import { useCrumbs } from '../../app/crumbs';
import { useMay, useMe } from '../../app/session';
import { api } from '../../lib/api';
import type { Execution } from '../../lib/api';
import { count } from '../../lib/format';
import { useResource } from '../../lib/resource';
import { live } from '../../live/connection';
import { Empty } from '../../parts/Empty';
import { Icon } from '../../parts/Icon';
import { Link } from '../../parts/Link';
import { Page } from '../../parts/Page';
import { Panel } from '../../parts/Panel';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { HealthOverview } from '../health/HealthOverview';
import { RunRows } from '../runs/RunRows';

interface Lists {
  running: Execution[];
  failed: Execution[];
  latest: Execution[];
}

async function loadRuns(signal: AbortSignal): Promise<Lists> {
  const list = (query: Parameters<typeof api.executions.list>[0]) => api.executions.list(query, { signal }).then((page) => page.items);
  const [running, waiting, cancelling, failed, latest] = await Promise.all([
    list({ state: 'running', limit: 20 }),
    list({ state: 'waiting', limit: 20 }),
    list({ state: 'cancelling', limit: 20 }),
    list({ state: 'failed', limit: 8 }),
    list({ limit: 8 }),
  ]);
  return { running: [...cancelling, ...running, ...waiting], failed, latest };
}

/** What runs now, what failed lately, and where to start. */
export default function Overview() {
  useCrumbs([{ word: 'Overview' }]);
  const me = useMe();
  const toDecide = useKnownApprovals();
  const alerts = useKnownAlerts();
  const mayRun = useMay('commands.run');
  const mayWrite = useMay('targets.write');
  const mayEdit = useMay('jobs.write');
  const runs = useResource('overview', loadRuns);
  const targets = useResource('target-count', (signal) => api.targets.list({ limit: 1 }, { signal }));
  const jobs = useResource('job-count', (signal) => api.jobs.list({ limit: 1 }, { signal }));
  const { reload } = runs;
  useEffect(() => {
    let timer = 0;
    const leave = live.watch(() => {
      clearTimeout(timer);
      timer = window.setTimeout(reload, 300);
    });
    return () => {
      leave();
      clearTimeout(timer);
    };
  }, [reload]);
  const total = targets.value?.total ?? targets.value?.items.length;
  const jobTotal = jobs.value?.total ?? jobs.value?.items.length;
  const isNew = total === 0;
  return (
    <Page title="Overview" detail={`Signed in as ${me.display_name || me.username}`}>
      <div className="tiles">
        <Link className="tile" to="/runs?state=running">
          <Icon name="run" />
          <span className="tile-number number">{runs.value ? count(runs.value.running.length) : '–'}</span>
          <span>running now</span>
        </Link>
        <Link className="tile" to="/targets">
          <Icon name="target" />
          <span className="tile-number number">{total === undefined ? '–' : count(total)}</span>
          <span>{total === 1 ? 'target' : 'targets'}</span>
        </Link>
        <Link className="tile" to="/jobs">
          <Icon name="job" />
          <span className="tile-number number">{jobTotal === undefined ? '–' : count(jobTotal)}</span>
          <span>{jobTotal === 1 ? 'job' : 'jobs'}</span>
        </Link>
        {toDecide > 0 ? (
          <Link className="tile" to="/approvals" data-testid="tile-approvals">
            <Icon name="hand" />
            <span className="tile-number number">{count(toDecide)}</span>
            <span>to decide</span>
          </Link>
        ) : null}
        {alerts > 0 ? (
          <Link className="tile" to="/notifications" data-testid="tile-alerts">
            <Icon name="bell" />
            <span className="tile-number number">{count(alerts)}</span>
            <span>{alerts === 1 ? 'open alert' : 'open alerts'}</span>
          </Link>
        ) : null}
        <div className="tile-actions">
          {mayRun ? (
            <Link className="button button-primary" to="/command">
              <Icon name="command" />
              Run a command
            </Link>
          ) : null}
          {mayEdit ? (
            <Link className="button button-plain" to="/jobs/new">
              <Icon name="plus" />
              New job
            </Link>
          ) : null}
          {mayWrite ? (
            <Link className="button button-plain" to="/targets?dialog=add">
              <Icon name="plus" />
              Add a target
            </Link>
          ) : null}
        </div>
      </div>
      <HealthOverview />
      {runs.problem ? <ProblemNote problem={runs.problem} retry={runs.reload} /> : null}
      {!runs.value && runs.loading ? <Skeleton /> : null}
      {isNew && mayWrite ? (
        <Empty
          icon="target"
          title="Start with a target"
          action={
            <Link className="button button-primary" to="/targets?dialog=add">
              Add a target
            </Link>
          }
        >
          A target is a machine that OpsConductor can reach over SSH, or this machine itself. Add one, test the connection, then run a
          command on it.
        </Empty>
      ) : null}
      {runs.value ? (
        <div className="columns">
          <div>
            <Panel title="Running now" flush>
              {runs.value.running.length > 0 ? (
                <RunRows runs={runs.value.running} label="Running now" />
              ) : (
                <p className="panel-none muted">Nothing is running.</p>
              )}
            </Panel>
            <Panel title="Latest" flush actions={<Link to="/runs">All runs</Link>}>
              {runs.value.latest.length > 0 ? (
                <RunRows runs={runs.value.latest} label="Latest" />
              ) : (
                <p className="panel-none muted">Nothing has run yet.</p>
              )}
            </Panel>
          </div>
          <Panel title="Failed lately" flush actions={<Link to="/runs?state=failed">All failed runs</Link>}>
            {runs.value.failed.length > 0 ? (
              <RunRows runs={runs.value.failed} label="Failed lately" />
            ) : (
              <p className="panel-none muted">No run has failed.</p>
            )}
          </Panel>
        </div>
      ) : null}
    </Page>
  );
}
