import { useState } from 'react';
import { api } from '../../lib/api';
import type { ComparedTarget, Comparison, Execution, TargetVerdict } from '../../lib/api';
import { count, plural } from '../../lib/format';
import { usePages } from '../../lib/pages';
import { useResource } from '../../lib/resource';
import { useQuery } from '../../lib/router';
import { Button } from '../../parts/Button';
import { DifferenceView } from '../../parts/DifferenceView';
import { Empty } from '../../parts/Empty';
import { Link } from '../../parts/Link';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { StatusWord } from '../../parts/StatusWord';
import { Table } from '../../parts/Table';
import type { Column } from '../../parts/Table';
import { Time } from '../../parts/Time';

const verdicts: TargetVerdict[] = ['changed', 'only_here', 'only_there', 'same'];

/** One run against another, target by target: against the last good run of its job, or any other. */
export function Compared({ execution, here }: { execution: Execution; here: string }) {
  const [query, setQuery] = useQuery();
  const [other, setOther] = useState(query.get('with') ?? '');
  const chosen = query.get('with') ?? '';
  const verdict = verdicts.find((one) => one === query.get('verdict'));
  const wish = chosen ? { with: chosen } : {};
  const summary = useResource(`comparison ${execution.id} ${chosen}`, (signal) =>
    api.executions.comparison(execution.id, { ...wish, limit: 1 }, { signal }),
  );
  return (
    <section className="compared" aria-label="Compared with another run">
      <form
        className="bar"
        onSubmit={(event) => {
          event.preventDefault();
          setQuery({ with: other.trim() });
        }}
      >
        <label className="bar-choice">
          Compare with{' '}
          <input
            type="text"
            value={other}
            placeholder="the last good run"
            onChange={(event) => setOther(event.target.value)}
            data-testid="compare-with"
          />
        </label>
        <Button type="submit" data-testid="compare">Compare</Button>
      </form>
      {summary.problem ? <ProblemNote problem={summary.problem} /> : null}
      {summary.value ? (
        <Targets comparison={summary.value} verdict={verdict} here={here} onVerdict={(one) => setQuery({ verdict: one })} />
      ) : summary.problem ? null : (
        <Skeleton rows={6} />
      )}
    </section>
  );
}

interface TargetsProps {
  comparison: Comparison;
  verdict: TargetVerdict | undefined;
  here: string;
  onVerdict: (verdict: TargetVerdict | null) => void;
}

function Targets({ comparison, verdict, here, onVerdict }: TargetsProps) {
  const { there } = comparison;
  const words: Record<TargetVerdict, string> = {
    same: 'The same',
    changed: 'Changed',
    only_here: 'Only in this run',
    only_there: `Only in ${there.serial}`,
  };
  const counts: Record<TargetVerdict, number> = {
    same: comparison.same,
    changed: comparison.changed,
    only_here: comparison.only_here,
    only_there: comparison.only_there,
  };
  const wish = { with: there.id, ...(verdict ? { verdict: [verdict] } : {}) };
  const pages = usePages<ComparedTarget>(`compared ${comparison.here.id} ${JSON.stringify(wish)}`, async (cursor, options) => {
    const page = await api.executions.comparison(comparison.here.id, { ...wish, ...(cursor ? { cursor } : {}) }, options);
    return { items: page.targets, ...(page.next_cursor !== undefined ? { next_cursor: page.next_cursor } : {}) };
  });
  const columns: Column<ComparedTarget>[] = [
    {
      key: 'target',
      title: 'Target',
      narrow: 'first',
      render: (target) =>
        target.here === undefined ? target.target_name : <Link to={`${here}?branch=${target.here}`}>{target.target_name}</Link>,
    },
    { key: 'verdict', title: 'Compared', narrow: 'second', render: (target) => words[target.verdict] },
    { key: 'there', title: `In ${there.serial}`, render: (target) => (target.state_there ? <StatusWord state={target.state_there} /> : '') },
    { key: 'here', title: 'In this run', render: (target) => (target.state_here ? <StatusWord state={target.state_here} /> : '') },
    {
      key: 'lines',
      title: 'What changed',
      className: 'cell-grow',
      render: (target) => <Changed comparison={comparison} target={target} />,
    },
  ];
  return (
    <>
      <h2 data-testid="comparison-sentence">
        {count(comparison.same)} the same, {count(comparison.changed)} changed
      </h2>
      <p className="muted">
        against <Link to={`/runs/${there.serial}`}>{there.serial}</Link>, started <Time at={there.created_at} /> by {there.started_by}
        {there.job_version !== undefined && there.job_version !== comparison.here.job_version
          ? `, with version ${there.job_version} of the job`
          : ''}
      </p>
      <div className="statechips" role="group" aria-label="Which targets to show">
        {verdicts
          .filter((one) => counts[one] > 0)
          .map((one) => (
            <button
              key={one}
              type="button"
              className="statechip"
              aria-pressed={verdict === one}
              onClick={() => onVerdict(verdict === one ? null : one)}
            >
              {words[one]} <span className="number">{count(counts[one])}</span>
            </button>
          ))}
      </div>
      <Table
        label="Compared targets"
        noun="target"
        columns={columns}
        rowKey={(target) => target.target}
        pages={pages}
        rowTestId="compared-row"
        empty={
          <Empty icon="tick" title="Nothing differs">
            {plural(comparison.same, 'target')} ended in the same way and printed the same.
          </Empty>
        }
      />
    </>
  );
}

/** The lines that changed on one target, once they are asked for. */
function Changed({ comparison, target }: { comparison: Comparison; target: ComparedTarget }) {
  const [open, setOpen] = useState(false);
  const { here: branch, step, verdict } = target;
  const asked = open && branch !== undefined && step !== undefined;
  const resource = useResource(asked ? `difference ${comparison.here.id} ${branch} ${step} ${comparison.there.id}` : null, (signal) =>
    api.executions.difference(comparison.here.id, { with: comparison.there.id, branch: branch ?? 0, step: step ?? 0 }, { signal }),
  );
  if (verdict !== 'changed' || step === undefined) return null;
  const { value } = resource;
  return (
    <>
      <button type="button" className="textlink" aria-expanded={open} onClick={() => setOpen(!open)} data-testid="compared-lines">
        {open ? 'Hide' : 'Show'} what changed in step {step}
      </button>
      {resource.problem ? <ProblemNote problem={resource.problem} /> : null}
      {value?.here && value.there && value.here.exit_code !== value.there.exit_code ? (
        <p className="muted">
          Exit code {value.there.exit_code ?? 'none'} before, now {value.here.exit_code ?? 'none'}.
        </p>
      ) : null}
      {value?.note ? <p className="muted">{value.note}</p> : null}
      {value?.lines ? <DifferenceView lines={value.lines} label={`What changed on ${target.target_name}`} /> : null}
    </>
  );
}
