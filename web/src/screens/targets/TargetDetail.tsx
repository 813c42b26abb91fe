import { lazy, Suspense, useState } from 'react';
import { useCrumbs } from '../../app/crumbs';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { ConnectionTest, Target } from '../../lib/api';
import { quoted } from '../../lib/filter';
import { useAction, useResource } from '../../lib/resource';
import { navigate, useQuery } from '../../lib/router';
import { Button } from '../../parts/Button';
import { Confirm } from '../../parts/Confirm';
import { Icon } from '../../parts/Icon';
import { Link } from '../../parts/Link';
import { Page } from '../../parts/Page';
import { Panel } from '../../parts/Panel';
import { ProblemNote } from '../../parts/Problem';
import { Serial } from '../../parts/Serial';
import { Skeleton } from '../../parts/Skeleton';
import { StatusWord } from '../../parts/StatusWord';
import { Tabs } from '../../parts/Tabs';
import { HealthWord } from '../health/HealthWord';
import { TargetHealthTab } from '../health/TargetHealthTab';
import { TargetAbout } from './TargetAbout';
import { TargetConnections } from './TargetConnections';
import { TargetDialog } from './TargetDialog';
import { TargetRuns } from './TargetRuns';
import { TestTrace } from './TestTrace';

const ObjectHistory = lazy(() => import('../audit/ObjectHistory'));

/** One target: what it is, how it is reached, and what ran on it. */
export default function TargetDetail({ target: reference = '' }: { target?: string }) {
  const [query, setQuery] = useQuery();
  const mayWrite = useMay('targets.write');
  const mayTest = useMay('targets.test');
  const mayRun = useMay('commands.run');
  const mayAudit = useMay('audit.read');
  const found = useResource(`target/${reference}`, (signal) => api.targets.show(reference, { signal }));
  const target = found.value;
  const health = useResource(target ? `target-health/${target.id}/${target.revision}` : null, (signal) => api.targets.healthOf(reference, { signal }));
  useCrumbs([{ word: 'Targets', to: '/targets' }, { word: target?.name ?? reference }]);
  const tab = query.get('tab') ?? 'connection';
  const dialog = query.get('dialog');
  const [result, setResult] = useState<ConnectionTest>();
  const test = useAction(async (method?: number) => {
    setResult(undefined);
    setResult(await api.targets.test(reference, method === undefined ? {} : { method }));
  });
  const remove = useAction(async () => {
    await api.targets.delete(reference);
    navigate('/targets');
  });
  const replace = (next: Target) => found.replace(next);
  const pinned = (next: Target) => {
    replace(next);
    void test.run();
  };
  const startTest = (method?: number) => {
    setQuery({ tab: null });
    void test.run(method);
  };
  if (!target)
    return <div className="page">{found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : <Skeleton />}</div>;
  const here = `/targets/${target.serial}`;
  return (
    <Page
      title={target.name}
      detail={
        <>
          <Serial text={target.serial} />
          <StatusWord state={target.status} />
          {health.value ? <HealthWord state={health.value.health.state} cause={health.value.health.cause} /> : null}
          {target.description ? <span className="muted">{target.description}</span> : null}
        </>
      }
      actions={
        <>
          {mayTest ? (
            <Button icon="plug" busy={test.busy} onClick={() => startTest()} data-testid="target-test">
              Test connection
            </Button>
          ) : null}
          {mayRun ? (
            <Link className="button button-plain" to={`/command?targets=${encodeURIComponent(`name = ${quoted(target.name)}`)}`}>
              <Icon name="command" />
              Run a command
            </Link>
          ) : null}
          {mayWrite ? (
            <Button icon="edit" onClick={() => setQuery({ dialog: 'edit' }, true)} data-testid="target-edit">
              Change
            </Button>
          ) : null}
          {mayWrite ? (
            <Button icon="trash" aria-label={`Delete ${target.name}`} onClick={() => setQuery({ dialog: 'delete' }, true)} />
          ) : null}
        </>
      }
    >
      <Tabs
        label="Views of this target"
        current={tab}
        tabs={[
          { key: 'connection', label: 'Connection', to: here },
          { key: 'health', label: 'Health', to: `${here}?tab=health` },
          { key: 'about', label: 'About', to: `${here}?tab=about` },
          { key: 'runs', label: 'Runs', to: `${here}?tab=runs` },
          ...(mayAudit ? [{ key: 'history', label: 'History', to: `${here}?tab=history` }] : []),
        ]}
      />
      {tab === 'connection' ? (
        <>
          {test.problem ? <ProblemNote problem={test.problem} retry={() => void test.run()} /> : null}
          {test.busy ? (
            <p role="status" className="status tone-running">
              <Icon name="ring" turning />
              Testing the connection
            </p>
          ) : null}
          {result ? (
            <Panel title="Connection test">
              <TestTrace test={result} target={target} onPinned={pinned} />
            </Panel>
          ) : null}
          <TargetConnections target={target} onChanged={replace} onTest={mayTest ? startTest : undefined} testing={test.busy} />
        </>
      ) : tab === 'health' ? (
        <TargetHealthTab target={target} health={health} onPinned={replace} />
      ) : tab === 'about' ? (
        <TargetAbout target={target} />
      ) : tab === 'history' && mayAudit ? (
        <Suspense fallback={<Skeleton />}>
          <ObjectHistory kind="target" id={target.id} />
        </Suspense>
      ) : (
        <TargetRuns target={target} />
      )}
      {dialog === 'edit' && mayWrite ? (
        <TargetDialog
          target={target}
          onClose={() => setQuery({ dialog: null })}
          onSaved={(next) => {
            replace(next);
            setQuery({ dialog: null });
          }}
        />
      ) : null}
      {dialog === 'delete' && mayWrite ? (
        <Confirm
          title={`Delete ${target.name}?`}
          action="Delete the target"
          busy={remove.busy}
          problem={remove.problem}
          onConfirm={() => void remove.run()}
          onClose={() => setQuery({ dialog: null })}
        >
          <p>
            The target, its connection methods and its pinned host keys are removed. Past runs keep its name and serial. To keep the
            description, set the status to <em>retired</em> instead.
          </p>
        </Confirm>
      ) : null}
    </Page>
  );
}
