import { useMay } from '../../app/session';
import type { ExecutionDetail } from '../../lib/api';
import { count, plural } from '../../lib/format';
import { navigate, useQuery } from '../../lib/router';
import { isFinal } from '../../lib/status';
import { Button } from '../../parts/Button';
import { Duration } from '../../parts/Duration';
import { Icon } from '../../parts/Icon';
import { Link } from '../../parts/Link';
import { Menu } from '../../parts/Menu';
import type { MenuItem } from '../../parts/Menu';
import { Progress } from '../../parts/Progress';
import { Serial } from '../../parts/Serial';
import { StatusWord } from '../../parts/StatusWord';
import { Time } from '../../parts/Time';
import { priorityWords } from '../jobs/PriorityChoice';
import { EvidenceMenu } from './EvidenceMenu';
import { rerunCount } from './RerunDialog';
import { mayGoOn } from './RunHold';

interface RunHeadProps {
  detail: ExecutionDetail;
  isPaused: boolean;
  onPause: (paused: boolean) => void;
  onKeep: (keep: boolean) => void;
  onDialog: (dialog: string) => void;
}

/** What a run is, how far it is, and what can be done with it. */
export function RunHead({ detail, isPaused, onPause, onKeep, onDialog }: RunHeadProps) {
  const { execution } = detail;
  const mayCancel = useMay('executions.cancel');
  const mayRun = useMay('jobs.run');
  const mayKeep = useMay('executions.keep');
  const mayProve = useMay('audit.export');
  const [query, setQuery] = useQuery();
  const ended = isFinal(execution.state);
  const failed = rerunCount(detail, 'failed');
  const again: MenuItem[] = [];
  if (failed > 0 && failed < execution.counts.total)
    again.push({
      label: `Run again on ${plural(failed, 'failed target')}`,
      icon: 'again',
      onSelect: () => onDialog('rerun-failed'),
      testId: 'rerun-failed',
    });
  again.push({
    label: `Run again on all ${plural(execution.counts.total, 'target')}`,
    icon: 'again',
    onSelect: () => onDialog('rerun-all'),
    testId: 'rerun-all',
  });
  again.push(
    execution.kind === 'job' && execution.job
      ? { label: 'Run again with changes', icon: 'edit', onSelect: () => onDialog('rerun-changed') }
      : {
          label: 'Run again with changes',
          icon: 'edit',
          onSelect: () =>
            navigate(
              `/command?targets=${encodeURIComponent(execution.targets)}&command=${encodeURIComponent(detail.definition.steps[0]?.command ?? '')}`,
            ),
        },
  );
  return (
    <header className="runhead">
      <div className="runhead-title">
        <StatusWord state={execution.state} testId="execution-state" />
        <h1>{execution.kind === 'command' ? <code>{execution.name}</code> : execution.name}</h1>
        <Serial text={execution.serial} />
      </div>
      <div className="page-actions">
        {!ended ? (
          <Button icon={isPaused ? 'follow' : 'screen'} onClick={() => onPause(!isPaused)} aria-pressed={isPaused} data-testid="run-pause">
            {isPaused ? 'Show live' : 'Freeze'}
          </Button>
        ) : null}
        {!ended && mayCancel && execution.state !== 'cancelling' && execution.counts.waiting > 0 && !mayGoOn(execution.hold) ? (
          <Button icon="pause" onClick={() => onDialog('pause')} data-testid="run-hold-up">
            Pause the run
          </Button>
        ) : null}
        {!ended && mayCancel ? (
          <Button
            kind="danger"
            icon="stop"
            disabled={execution.state === 'cancelling'}
            onClick={() => onDialog('cancel')}
            data-testid="cancel-run"
          >
            Cancel
          </Button>
        ) : null}
        {execution.state === 'cancelling' && mayCancel ? (
          <Button kind="quiet" icon="warning" onClick={() => onDialog('close')} data-testid="close-run">
            Close by force
          </Button>
        ) : null}
        {ended && mayRun && failed > 0 && detail.definition.steps.length > 1 ? (
          <Button icon="follow" onClick={() => onDialog('resume')} data-testid="run-resume">
            Resume from the failed step ({plural(failed, 'target')})
          </Button>
        ) : null}
        {ended && mayKeep ? (
          <Button onClick={() => onKeep(execution.kept !== true)} aria-pressed={execution.kept === true} data-testid="run-keep">
            {execution.kept ? 'Kept' : 'Keep'}
          </Button>
        ) : null}
        {ended && mayProve ? <EvidenceMenu execution={execution.id} /> : null}
        {ended && mayRun ? (
          <Menu
            name="Run again"
            testId="rerun"
            label={
              <>
                <Icon name="again" />
                Run again
              </>
            }
            items={again}
          />
        ) : null}
      </div>
      <div className="runhead-line">
        <Progress counts={execution.counts} wide />
        {execution.released !== undefined ? (
          <span className="number" data-testid="run-released" title="So many targets the rollout lets begin so far">
            {count(execution.released)} of {count(execution.counts.total)} released
          </span>
        ) : null}
        {execution.priority !== 'normal' ? <span className="tag">{priorityWords[execution.priority]} priority</span> : null}
        <span>
          <Duration from={execution.started_at} to={execution.ended_at} />
        </span>
        <span className="muted">
          started <Time at={execution.created_at} /> by {execution.started_by}
        </span>
        {execution.job_serial ? (
          <span className="muted">
            job <Link to={`/jobs/${execution.job_serial}`}>{execution.job_serial}</Link> version {execution.job_version}
          </span>
        ) : null}
        {execution.rerun_of ? (
          <span className="muted">
            {execution.resumed ? 'resumed after' : 'again after'} <Link to={`/runs/${execution.rerun_of}`}>{execution.rerun_of}</Link>
          </span>
        ) : null}
        {execution.output_removed_at ? (
          <span className="muted" data-testid="run-output-removed">
            output removed by retention <Time at={execution.output_removed_at} />
          </span>
        ) : null}
        <button
          type="button"
          className="textlink"
          aria-expanded={query.get('why') === 'run'}
          onClick={() => setQuery({ why: query.get('why') === 'run' ? null : 'run' })}
          data-testid="run-why"
        >
          Why?
        </button>
      </div>
      {execution.cause ? <p className="runhead-cause">{execution.cause}</p> : null}
    </header>
  );
}
