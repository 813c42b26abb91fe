import { useEffect, useMemo, useRef } from 'react';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import { useQuery, withQuery } from '../../lib/router';
import { isFinal } from '../../lib/status';
import type { ExecutionModel } from '../../live/execution';
import { Button } from '../../parts/Button';
import { Duration } from '../../parts/Duration';
import { Link } from '../../parts/Link';
import { LogView } from '../../parts/log/LogView';
import { Matrix } from '../../parts/Matrix';
import { ProblemNote } from '../../parts/Problem';
import { SearchBox } from '../../parts/SearchBox';
import { Skeleton } from '../../parts/Skeleton';
import { StatusWord } from '../../parts/StatusWord';
import { BranchSteps } from './BranchSteps';
import { countGroups, shownBranches } from './shown';
import { StateChips } from './StateChips';
import { WhyPanel } from './WhyPanel';

/** The matrix of targets and steps, and the output of the target that is chosen. */
export function RunOutput({ model, onCancel }: { model: ExecutionModel; onCancel: () => void }) {
  const [query, setQuery] = useQuery();
  const mayCancel = useMay('executions.cancel');
  const state = query.get('state');
  const search = query.get('search') ?? '';
  const sort = query.get('sort') === 'number' ? 'number' : 'urgency';
  const asked = Number(query.get('branch')) || null;
  const step = Number(query.get('step')) || null;
  const shown = useMemo(
    () => shownBranches(model.branches.slice(), { state, search, sort }),
    [model, model.snapshot(), state, search, sort],
  ); // eslint-disable-line react-hooks/exhaustive-deps
  const first = useRef<number | null>(null);
  if (first.current === null && model.branchesComplete) first.current = shown[0]?.number ?? null;
  const wanted = asked ?? first.current;
  useEffect(() => model.select(wanted), [model, wanted]);
  const { branch, log, execution } = model;
  const showsSteps = query.get('panel') === 'steps';
  const asksWhy = query.get('why') === 'branch';
  const select = (number: number, chosen: number | null) => setQuery({ branch: number, step: chosen });
  const download = execution && branch ? api.executions.logAddress(execution.id, { branch: branch.number }) : '';
  return (
    <div className="runoutput">
      <div className="runoutput-side">
        <StateChips counts={countGroups(model.branches)} chosen={state} onChoose={(next) => setQuery({ state: next })} />
        <div className="bar">
          <SearchBox value={search} onApply={(text) => setQuery({ search: text })} placeholder="Target" label="Find a target" />
          <label className="bar-choice">
            <span className="unseen">Order</span>
            <select value={sort} onChange={(event) => setQuery({ sort: event.target.value === 'number' ? 'number' : null })}>
              <option value="urgency">Failures first</option>
              <option value="number">In order</option>
            </select>
          </label>
        </div>
        {model.branches.length === 0 && !model.branchesComplete ? <Skeleton /> : null}
        {model.branchesComplete && shown.length === 0 ? <p className="muted">No target fits.</p> : null}
        <Matrix
          branches={shown}
          steps={model.detail?.definition.steps ?? []}
          selected={model.selected}
          selectedStep={step}
          onSelect={select}
        />
      </div>
      <div className="runoutput-log">
        {branch ? (
          <div className="branchhead">
            <StatusWord state={branch.state} testId="branch-state" />
            <Link to={`/targets/${branch.target_serial}`} className="branchhead-name">
              {branch.target_name}
            </Link>
            <span className="muted">
              <Duration from={branch.started_at} to={branch.ended_at} />
            </span>
            {branch.connection ? <code className="branchhead-connection">{branch.connection}</code> : null}
            {!isFinal(branch.state) && mayCancel && model.branches.length > 1 ? (
              <Button small kind="quiet" icon="stop" onClick={onCancel} data-testid="cancel-branch">
                Cancel here
              </Button>
            ) : null}
            <span className="branchhead-tools">
              <Button
                small
                kind="quiet"
                aria-pressed={showsSteps}
                onClick={() => setQuery({ panel: showsSteps ? null : 'steps' })}
                data-testid="branch-steps-show"
              >
                Steps and values
              </Button>
              <Button
                small
                kind="quiet"
                icon="help"
                aria-pressed={asksWhy}
                onClick={() => setQuery({ why: asksWhy ? null : 'branch' })}
                data-testid="branch-why"
              >
                Why?
              </Button>
            </span>
            {branch.cause ? <p className="branchhead-cause">{branch.cause}</p> : null}
          </div>
        ) : null}
        {branch && execution && asksWhy ? (
          <WhyPanel
            execution={execution.id}
            branch={branch.number}
            state={JSON.stringify([branch.state, branch.cause, branch.steps.map((one) => one.state), execution.hold])}
            onClose={() => setQuery({ why: null })}
          />
        ) : null}
        {branch && execution && showsSteps ? (
          <BranchSteps
            branch={branch}
            steps={model.detail?.definition.steps.length ?? 0}
            to={(number) => location.pathname + withQuery(location.search, { branch: branch.number, step: number })}
          />
        ) : null}
        {model.logPhase === 'failed' && model.problem ? <ProblemNote problem={model.problem} retry={() => model.setPaused(false)} /> : null}
        {log && branch ? (
          <LogView
            key={`${model.reference}/${branch.number}`}
            store={log}
            complete={model.logPhase === 'live'}
            download={download}
            step={step}
            none={
              execution?.output_removed_at
                ? 'Retention removed the output of this run. Its results are still here.'
                : isFinal(branch.state)
                  ? 'There was no output.'
                  : branch.state === 'waiting'
                    ? 'This target waits for its turn.'
                    : 'There is no output yet.'
            }
          />
        ) : null}
      </div>
    </div>
  );
}
