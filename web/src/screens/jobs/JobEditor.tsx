import { useEffect, useReducer, useRef, useState } from 'react';
import { useCrumbs } from '../../app/crumbs';
import { toast } from '../../app/toasts';
import { api } from '../../lib/api';
import type { Job } from '../../lib/api';
import { draftOf, emptyJob, isChanged, isChecked, leadingSide, nextDraft } from '../../lib/jobstate';
import { useAction, useResource } from '../../lib/resource';
import { guardLeaving, leaveFreely, navigate, useQuery } from '../../lib/router';
import { asProblem } from '../../http';
import type { Problem } from '../../lib/api';
import { Button } from '../../parts/Button';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { Tabs } from '../../parts/Tabs';
import { Panel } from '../../parts/Panel';
import { JobForm } from './JobForm';
import { JobGraph } from './JobGraph';
import { JobText } from './JobText';

/** A new job, or a change of one that exists. */
export default function JobEditor({ job: reference }: { job?: string }) {
  const found = useResource(reference === undefined ? null : `job/${reference}`, (signal) => api.jobs.show(reference ?? '', { signal }));
  if (reference === undefined) return <Editor job={null} />;
  if (!found.value)
    return <div className="page">{found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : <Skeleton />}</div>;
  return <Editor key={found.value.id} job={found.value} />;
}

function Editor({ job }: { job: Job | null }) {
  const [query, setQuery] = useQuery();
  const [draft, tell] = useReducer(nextDraft, job, (first) => (first ? draftOf(first.definition, first.yaml) : draftOf(emptyJob(), '')));
  const [checkProblem, setCheckProblem] = useState<Problem>();
  const version = useRef(job?.version);
  useCrumbs([
    { word: 'Jobs', to: '/jobs' },
    job ? { word: job.definition.name, to: `/jobs/${job.serial}` } : { word: 'New job' },
    ...(job ? [{ word: 'Change' }] : []),
  ]);

  const changed = isChanged(draft);
  const leading = leadingSide(draft);
  const present = useRef(leading);
  present.current = leading;
  useEffect(() => {
    if (draft.checked === draft.edit) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      api.jobs.check(present.current, { signal: abort.signal }).then(
        (check) => {
          setCheckProblem(undefined);
          tell({ kind: 'checked', edit: draft.edit, check });
        },
        (error: unknown) => {
          if (!abort.signal.aborted) setCheckProblem(asProblem(error));
        },
      );
    }, 250);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [draft.edit, draft.checked]);

  useEffect(() => {
    if (!changed) return undefined;
    const stay = (event: BeforeUnloadEvent) => {
      event.preventDefault();
      event.returnValue = '';
    };
    addEventListener('beforeunload', stay);
    const free = guardLeaving(() => confirm('Leave without saving? Your changes of this job will be lost.'));
    return () => {
      removeEventListener('beforeunload', stay);
      free();
    };
  }, [changed]);

  const save = useAction(async () => {
    const body = { ...leadingSide(draft), ...(version.current === undefined ? {} : { version: version.current }) };
    const saved = job ? await api.jobs.update(job.id, body) : await api.jobs.create(body);
    version.current = saved.version;
    leaveFreely();
    tell({ kind: 'saved', yaml: saved.yaml, definition: saved.definition });
    toast(`${saved.definition.name} is saved as version ${saved.version}.`, 'succeeded');
    navigate(`/jobs/${saved.serial}`);
  });
  const view = query.get('view') ?? 'both';
  const here = job ? `/jobs/${job.serial}/edit` : '/jobs/new';
  const status = !isChecked(draft)
    ? 'Checking'
    : draft.valid
      ? 'Everything is right'
      : `${draft.errors.length} ${draft.errors.length === 1 ? 'error' : 'errors'}`;
  const withForm = view === 'yaml' ? here : `${here}${query.toString() === '' ? '' : `?${query.toString()}`}`;
  const showsGraph = query.get('graph') !== 'off';
  return (
    <Page
      title={job ? `Change ${job.definition.name}` : 'New job'}
      wide
      detail={
        <span role="status" className={draft.valid || !isChecked(draft) ? 'muted' : 'tone-failed'} data-testid="job-check">
          {status}
        </span>
      }
      actions={
        <>
          <Button onClick={() => navigate(job ? `/jobs/${job.serial}` : '/jobs')}>Close</Button>
          <Button
            kind="primary"
            busy={save.busy}
            disabled={!changed || !draft.valid || !isChecked(draft)}
            onClick={() => void save.run()}
            data-testid="job-save"
          >
            {job ? `Save as version ${(version.current ?? 0) + 1}` : 'Save the job'}
          </Button>
        </>
      }
    >
      <Tabs
        label="Form and YAML"
        current={view}
        tabs={[
          { key: 'both', label: 'Both', to: here },
          { key: 'form', label: 'Form', to: `${here}?view=form` },
          { key: 'yaml', label: 'YAML', to: `${here}?view=yaml` },
        ]}
      />
      {save.problem ? <ProblemNote problem={save.problem} /> : null}
      {checkProblem ? <ProblemNote problem={checkProblem} /> : null}
      {draft.definition && (draft.definition.steps ?? []).length > 1 ? (
        <Panel
          title="Graph"
          actions={
            <Button small kind="quiet" aria-expanded={showsGraph} onClick={() => setQuery({ graph: showsGraph ? 'off' : null })}>
              {showsGraph ? 'Hide' : 'Show'}
            </Button>
          }
        >
          {showsGraph ? <JobGraph definition={draft.definition} to={(position) => `${withForm}#step-${position + 1}`} /> : null}
        </Panel>
      ) : null}
      <div className={`editor editor-${view}`}>
        {view !== 'yaml' ? (
          <JobForm definition={draft.definition} errors={draft.errors} onChange={(definition) => tell({ kind: 'form', definition })} />
        ) : null}
        {view !== 'form' ? <JobText yaml={draft.yaml} errors={draft.errors} onChange={(yaml) => tell({ kind: 'yaml', yaml })} /> : null}
      </div>
    </Page>
  );
}
