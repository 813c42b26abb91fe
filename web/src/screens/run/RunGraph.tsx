import { useMemo } from 'react';
import type { Approval } from '../../lib/api';
import { count, plural } from '../../lib/format';
import { useQuery } from '../../lib/router';
import { statusLook } from '../../lib/status';
import { countSteps } from '../../lib/stepcounts';
import type { StepCount } from '../../lib/stepcounts';
import type { ExecutionModel } from '../../live/execution';
import { Graph } from '../../parts/Graph';
import type { GraphNode } from '../../parts/Graph';
import { Panel } from '../../parts/Panel';
import { stepWords } from '../../parts/StepCells';
import { plainNode, stepMarks } from '../jobs/JobGraph';
import { shownBranches } from './shown';

const most = 200;

/** The steps of a run as a graph: how many targets stand how at each, or how one target stands. */
export function RunGraph({ model, approvals, here }: { model: ExecutionModel; approvals: Approval[]; here: string }) {
  const [query, setQuery] = useQuery();
  const steps = useMemo(() => model.detail?.definition.steps ?? [], [model.detail]);
  const asked = Number(query.get('branch')) || null;
  const branch = asked === null ? null : model.branchOf(asked);
  const version = model.snapshot();
  // The branches are changed in place; the version says when.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const counts = useMemo(() => countSteps(branch ? [branch] : model.branches, steps.length), [branch, steps, version]);
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const choices = useMemo(() => shownBranches(model.branches.slice(), { state: null, search: '', sort: 'urgency' }).slice(0, most), [version]);
  if (branch && !choices.includes(branch)) choices.push(branch);
  const nodes = steps.map((step, at): GraphNode => {
    const own = counts[at] ?? { states: [], undone: 0 };
    const waiting = approvals.find((approval) => approval.step === at + 1);
    const isAsked = waiting !== undefined && (branch === null || (branch.state === 'waiting' && branch.cause !== undefined));
    const result = branch?.steps.find((one) => one.number === at + 1);
    const state = isAsked ? 'needs_approval' : own.states[0]?.[0];
    return {
      ...plainNode(step),
      to: branch ? `${here}?branch=${branch.number}&step=${at + 1}` : `${here}?step=${at + 1}`,
      tone: state ? statusLook(state).tone : undefined,
      detail: result ? <OneState state={state ?? result.state} undone={own.undone} /> : <Counts own={own} asked={isAsked ? waiting.waiting : 0} />,
      words: [
        ...stepMarks(step),
        result
          ? stepWords(result)
          : own.states.map(([one, number]) => `${statusLook(one).word} on ${plural(number, 'target')}`).join(', '),
        isAsked ? 'a decision is waited for' : '',
        own.undone > 0 ? `rolled back on ${plural(own.undone, 'target')}` : '',
      ]
        .filter(Boolean)
        .join(', '),
      isCurrent: query.get('step') === String(at + 1),
    };
  });
  return (
    <Panel
      title={branch ? `Steps on ${branch.target_name}` : `Steps on ${plural(model.branches.length, 'target')}`}
      actions={
        <label className="bar-choice">
          Of
          <select
            value={asked ?? ''}
            onChange={(event) => setQuery({ branch: event.target.value === '' ? null : event.target.value })}
            data-testid="graph-branch"
          >
            <option value="">all targets</option>
            {choices.map((one) => (
              <option key={one.number} value={one.number}>
                {one.target_name}, {statusLook(one.state).word.toLowerCase()}
              </option>
            ))}
          </select>
        </label>
      }
    >
      <Graph nodes={nodes} label="Steps, how they stand and what they wait for" />
      {model.branches.length > most ? (
        <p className="field-hint">Of {count(model.branches.length)} targets the {most} most urgent can be chosen here.</p>
      ) : null}
    </Panel>
  );
}

function OneState({ state, undone }: { state: string; undone: number }) {
  const look = statusLook(state);
  return (
    <>
      <span className={`tone-${look.tone}`}>
        <span className={`cell cell-${look.tone}`} />
        {look.word}
      </span>
      {undone > 0 ? <span>rolled back</span> : null}
    </>
  );
}

function Counts({ own, asked }: { own: StepCount; asked: number }) {
  return (
    <>
      {asked > 0 ? (
        <span className="tone-approval">
          <span className="cell cell-approval" />
          {count(asked)} to decide
        </span>
      ) : null}
      {own.states
        .map(([state, number]): [string, number] => [state, state === 'waiting' ? number - asked : number])
        .filter(([, number]) => number > 0)
        .map(([state, number]) => (
          <span key={state} className="number">
            <span className={`cell cell-${statusLook(state).tone}`} />
            {count(number)}
          </span>
        ))}
      {own.undone > 0 ? <span className="number">undone {count(own.undone)}</span> : null}
    </>
  );
}
