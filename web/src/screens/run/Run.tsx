import { lazy, Suspense, useEffect } from 'react';
import { useCrumbs } from '../../app/crumbs';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import { useAction } from '../../lib/resource';
import { useQuery } from '../../lib/router';
import { isFinal, statusLook } from '../../lib/status';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { Tabs } from '../../parts/Tabs';
import { RunDialog } from '../jobs/RunDialog';
import { CancelDialog } from './CancelDialog';
import { CloseDialog } from './CloseDialog';
import { Compared } from './Compared';
import { OutputGroups } from './OutputGroups';
import { PauseDialog } from './PauseDialog';
import { RerunDialog } from './RerunDialog';
import { ResumeDialog } from './ResumeDialog';
import { RunApprovals } from './RunApprovals';
import { RunDetails } from './RunDetails';
import { RunGraph } from './RunGraph';
import { RunHead } from './RunHead';
import { RunHold } from './RunHold';
import { RunOutput } from './RunOutput';
import { Timeline } from './Timeline';
import { useExecution } from './useExecution';
import { useRunApprovals } from './useRunApprovals';
import { WhyPanel } from './WhyPanel';

const ObjectHistory = lazy(() => import('../audit/ObjectHistory'));

/** One run: its state, its targets by steps, its output, live. */
export default function Run({ run: reference = '' }: { run?: string }) {
  const model = useExecution(reference);
  const [query, setQuery] = useQuery();
  const mayCancel = useMay('executions.cancel');
  const mayRun = useMay('jobs.run');
  const mayAudit = useMay('audit.read');
  const approvals = useRunApprovals(model);
  const { detail } = model;
  const keep = useAction(async (wish: boolean) => model.setExecution(await api.executions.keep(reference, { keep: wish })));
  useCrumbs([{ word: 'Runs', to: '/runs' }, { word: detail?.execution.serial ?? reference }]);
  const title = detail ? `${statusLook(detail.execution.state).word}: ${detail.execution.name}` : reference;
  useEffect(() => {
    document.title = `${title} · OpsConductor`;
  }, [title]);
  if (!detail) return <div className="page">{model.problem ? <ProblemNote problem={model.problem} /> : <Skeleton />}</div>;
  const tab = query.get('tab') ?? 'output';
  const dialog = query.get('dialog');
  const open = (name: string | null) => setQuery({ dialog: name }, name !== null);
  const close = () => open(null);
  const here = `/runs/${detail.execution.serial}`;
  const { execution } = detail;
  return (
    <div className={tab === 'output' ? 'page page-wide page-full' : 'page page-wide'}>
      <RunHead detail={detail} isPaused={model.isPaused} onPause={(paused) => model.setPaused(paused)} onKeep={(wish) => void keep.run(wish)} onDialog={open} />
      {keep.problem ? <ProblemNote problem={keep.problem} /> : null}
      <RunHold execution={execution} onChanged={(next) => model.setExecution(next)} />
      <RunApprovals found={approvals} />
      {query.get('why') === 'run' ? (
        <WhyPanel
          execution={execution.id}
          state={JSON.stringify([execution.state, execution.counts, execution.hold, execution.released])}
          onClose={() => setQuery({ why: null })}
        />
      ) : null}
      <Tabs
        label="Views of this run"
        current={tab}
        tabs={[
          { key: 'output', label: 'Output', to: here },
          { key: 'groups', label: 'Same and different', to: `${here}?tab=groups` },
          { key: 'comparison', label: 'Compared', to: `${here}?tab=comparison` },
          { key: 'timeline', label: 'Timeline', to: `${here}?tab=timeline` },
          ...(detail.definition.steps.length > 1 ? [{ key: 'graph', label: 'Graph', to: `${here}?tab=graph` }] : []),
          { key: 'details', label: 'Parameters and definition', to: `${here}?tab=details` },
          ...(mayAudit ? [{ key: 'history', label: 'History', to: `${here}?tab=history` }] : []),
        ]}
      />
      {tab === 'output' ? (
        <RunOutput model={model} onCancel={() => open('cancel-branch')} />
      ) : tab === 'groups' ? (
        <OutputGroups detail={detail} here={here} />
      ) : tab === 'comparison' ? (
        <Compared execution={execution} here={here} />
      ) : tab === 'timeline' ? (
        <Timeline branches={model.branches} running={!isFinal(execution.state)} here={here} />
      ) : tab === 'graph' ? (
        <RunGraph model={model} approvals={approvals.value ?? []} here={here} />
      ) : tab === 'history' && mayAudit ? (
        <Suspense fallback={<Skeleton />}>
          <ObjectHistory kind="execution" id={execution.id} />
        </Suspense>
      ) : (
        <RunDetails detail={detail} />
      )}
      {(dialog === 'cancel' || (dialog === 'cancel-branch' && model.branch)) && mayCancel ? (
        <CancelDialog
          execution={execution}
          branches={model.branches}
          only={dialog === 'cancel-branch' ? model.branch : null}
          onClose={close}
          onCancelled={(next) => model.setExecution(next)}
        />
      ) : null}
      {dialog === 'close' && mayCancel && !isFinal(execution.state) ? (
        <CloseDialog execution={execution} onClose={close} onEnded={(next) => model.setExecution(next)} />
      ) : null}
      {dialog === 'pause' && mayCancel ? (
        <PauseDialog execution={execution} onClose={close} onChanged={(next) => model.setExecution(next)} />
      ) : null}
      {dialog === 'resume' && mayRun ? (
        <ResumeDialog detail={detail} branches={model.branches} complete={model.branchesComplete} onClose={close} />
      ) : null}
      {dialog === 'rerun-failed' || dialog === 'rerun-all' ? (
        <RerunDialog detail={detail} scope={dialog === 'rerun-failed' ? 'failed' : 'all'} onClose={close} />
      ) : null}
      {dialog === 'rerun-changed' && execution.job ? (
        <RunDialog
          reference={execution.job}
          given={{
            parameters: detail.parameters,
            targets: execution.targets,
            maxParallel: execution.max_parallel,
            priority: execution.priority,
          }}
          onClose={close}
        />
      ) : null}
    </div>
  );
}
