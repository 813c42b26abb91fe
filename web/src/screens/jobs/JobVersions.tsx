import { useMay } from '../../app/session';
import { toast } from '../../app/toasts';
import { api } from '../../lib/api';
import type { Job, JobVersion } from '../../lib/api';
import { usePages } from '../../lib/pages';
import { useAction } from '../../lib/resource';
import { useQuery } from '../../lib/router';
import { Button } from '../../parts/Button';
import { DiffView } from '../../parts/DiffView';
import { Panel } from '../../parts/Panel';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { Time } from '../../parts/Time';

/** The versions of a job: what each changed, and a way back to it. */
export function JobVersions({ job, onRestored }: { job: Job; onRestored: (job: Job) => void }) {
  const [query, setQuery] = useQuery();
  const mayWrite = useMay('jobs.write');
  const pages = usePages<JobVersion>(`versions?${job.id}/${job.version}`, (cursor, options) =>
    api.jobs.versions(job.id, { limit: 50, ...(cursor ? { cursor } : {}) }, options),
  );
  const restore = useAction(async (version: JobVersion) => {
    const next = await api.jobs.update(job.id, { yaml: version.yaml, version: job.version });
    toast(`Version ${version.version} is restored as version ${next.version}.`, 'succeeded');
    onRestored(next);
  });
  if (pages.loading && pages.items.length === 0) return <Skeleton />;
  const chosen = pages.items.find((one) => String(one.version) === query.get('version')) ?? pages.items[0];
  const base =
    pages.items.find((one) => String(one.version) === query.get('against')) ??
    pages.items.find((one) => one.version === (chosen?.version ?? 0) - 1);
  return (
    <div className="versions">
      <Panel title="Versions" flush>
        {pages.problem ? <ProblemNote problem={pages.problem} retry={pages.reload} /> : null}
        <ul className="versionlist">
          {pages.items.map((one) => (
            <li key={one.version}>
              <button
                type="button"
                data-row
                aria-current={one === chosen || undefined}
                className="versionlist-row"
                onClick={() => setQuery({ version: one.version, against: null }, true)}
                data-testid="version-row"
              >
                <strong>
                  Version {one.version}
                  {one.version === job.version ? ', current' : ''}
                </strong>
                <span className="muted">
                  <Time at={one.saved_at} /> by {one.saved_by}
                </span>
              </button>
            </li>
          ))}
        </ul>
        {pages.hasMore ? (
          <Button small busy={pages.loadingMore} onClick={pages.more}>
            Load more
          </Button>
        ) : null}
      </Panel>
      {chosen ? (
        <Panel
          title={base ? `What version ${chosen.version} changes` : `Version ${chosen.version}`}
          actions={
            <>
              <label className="bar-choice">
                Against{' '}
                <select value={base?.version ?? ''} onChange={(event) => setQuery({ against: event.target.value })}>
                  <option value="">nothing</option>
                  {pages.items
                    .filter((one) => one !== chosen)
                    .map((one) => (
                      <option key={one.version} value={one.version}>
                        version {one.version}
                      </option>
                    ))}
                </select>
              </label>
              {mayWrite && chosen.version !== job.version ? (
                <Button small icon="again" busy={restore.busy} onClick={() => void restore.run(chosen)} data-testid="version-restore">
                  Restore version {chosen.version}
                </Button>
              ) : null}
            </>
          }
        >
          {restore.problem ? <ProblemNote problem={restore.problem} /> : null}
          {base ? (
            <DiffView label={`Version ${base.version} to ${chosen.version}`} before={base.yaml} after={chosen.yaml} />
          ) : (
            <pre className="steplist-text">{chosen.yaml}</pre>
          )}
        </Panel>
      ) : null}
    </div>
  );
}
