import type { Branch } from '../../lib/api';
import { count, duration } from '../../lib/format';
import { statusLook } from '../../lib/status';
import { Link } from '../../parts/Link';
import { stepWords } from '../../parts/StepCells';
import { useNow } from '../../parts/Time';
import { shownBranches } from './shown';

const most = 300;

/** When each target began and how long its steps took, the slowest first. */
export function Timeline({ branches, running, here }: { branches: Branch[]; running: boolean; here: string }) {
  const now = useNow(running);
  const begun = shownBranches(branches.slice(), { state: null, search: '', sort: 'number' }).filter(
    (branch) => branch.started_at !== undefined,
  );
  const start = Math.min(...begun.map((branch) => Date.parse(branch.started_at ?? '')));
  const endOf = (at: string | undefined) => (at === undefined ? now : Date.parse(at));
  const end = Math.max(start + 1, ...begun.map((branch) => endOf(branch.ended_at)));
  const took = (branch: Branch) => endOf(branch.ended_at) - Date.parse(branch.started_at ?? '');
  const rows = begun.sort((a, b) => took(b) - took(a)).slice(0, most);
  const share = (milliseconds: number) => `${Math.max(0, (milliseconds / (end - start)) * 100)}%`;
  if (rows.length === 0) return <p className="muted">Nothing has begun yet.</p>;
  return (
    <div className="timeline">
      <div className="timeline-axis" aria-hidden="true">
        <span>0</span>
        <span>{duration((end - start) / 2)}</span>
        <span>{duration(end - start)}</span>
      </div>
      <ul aria-label="Durations by target">
        {rows.map((branch) => (
          <li key={branch.number} data-row className="timeline-row">
            <Link to={`${here}?branch=${branch.number}`} className="timeline-name">
              {branch.target_name}
            </Link>
            <span className="timeline-bars" role="img" aria-label={branch.steps.map(stepWords).join('; ')}>
              {branch.steps
                .filter((step) => step.started_at !== undefined)
                .map((step) => {
                  const from = Date.parse(step.started_at ?? '');
                  return (
                    <span
                      key={step.number}
                      className={`timeline-bar fill-${statusLook(step.state).tone}`}
                      title={`${stepWords(step)}, ${duration(endOf(step.ended_at) - from)}`}
                      style={{ left: share(from - start), width: share(endOf(step.ended_at) - from) }}
                    />
                  );
                })}
            </span>
            <span className="number muted">{duration(took(branch))}</span>
          </li>
        ))}
      </ul>
      {begun.length > most ? (
        <p className="muted">
          The {most} slowest of {count(begun.length)} targets are shown.
        </p>
      ) : null}
    </div>
  );
}
