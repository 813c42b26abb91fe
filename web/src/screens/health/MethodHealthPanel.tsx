import { api } from '../../lib/api';
import type { MethodHealth, Target } from '../../lib/api';
import { count, duration } from '../../lib/format';
import { shareText, slotsOf, sumHours, sumWords } from '../../lib/health';
import { useResource } from '../../lib/resource';
import { useQuery } from '../../lib/router';
import { Panel } from '../../parts/Panel';
import { ProblemNote } from '../../parts/Problem';
import { Segments } from '../../parts/Segments';
import { Skeleton } from '../../parts/Skeleton';
import { Time } from '../../parts/Time';
import { methodWords } from '../targets/columns';
import { Attempt } from '../targets/TestTrace';
import { HealthChart } from './HealthChart';
import { HealthWord } from './HealthWord';

type Range = '48' | '168' | '720' | '2160';
const ranges: Record<Range, { word: string; slots: number; each: number }> = {
  '48': { word: '2 days', slots: 48, each: 1 },
  '168': { word: '7 days', slots: 84, each: 2 },
  '720': { word: '30 days', slots: 90, each: 8 },
  '2160': { word: '90 days', slots: 90, each: 24 },
};

/** How one connection method is doing: its history, and every stage of the last failure. */
export function MethodHealthPanel({ target, method, onPinned }: { target: Target; method: MethodHealth; onPinned: (target: Target) => void }) {
  const [query, setQuery] = useQuery();
  const asked = query.get('hours') ?? '48';
  const range: Range = asked in ranges ? (asked as Range) : '48';
  const { slots, each, word } = ranges[range];
  const found = useResource(`health-history/${target.id}/${method.method}/${range}/${method.checked_at ?? ''}`, (signal) =>
    api.targets.healthHistory(target.id, { method: method.method, hours: Number(range) }, { signal }),
  );
  const hours = found.value?.hours ?? [];
  const sum = sumHours(hours);
  const said = target.connections[method.method];
  return (
    <Panel
      title={said ? methodWords(said, target.name) : `Method ${method.method + 1}`}
      actions={
        <Segments
          label="How far back"
          value={range}
          options={Object.entries(ranges).map(([key, one]): [Range, string] => [key as Range, one.word])}
          onChange={(next) => setQuery({ hours: next === '48' ? null : next })}
        />
      }
    >
      <div className="healthmethod">
        <p className="healthnow-line">
          <HealthWord state={method.state} />
          <span className="muted">
            {method.since ? (
              <>
                since <Time at={method.since} />,{' '}
              </>
            ) : null}
            by the policy {method.policy}
            {method.failures_in_a_row > 0 ? `, ${count(method.failures_in_a_row)} failed in a row` : ''}
            {method.checked_at ? (
              <>
                , looked at <Time at={method.checked_at} />
              </>
            ) : null}
          </span>
        </p>
        {found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : null}
        {!found.value && !found.problem ? <Skeleton rows={3} /> : null}
        {found.value ? (
          <>
            <dl className="healthsum">
              <div>
                <dt>Succeeded</dt>
                <dd className="number">{shareText(sum.share)}</dd>
              </div>
              <div>
                <dt>Checks</dt>
                <dd className="number">{count(sum.checks)}</dd>
              </div>
              <div>
                <dt>Failed</dt>
                <dd className={sum.failures > 0 ? 'number tone-failed' : 'number'}>{count(sum.failures)}</dd>
              </div>
              <div>
                <dt>On average</dt>
                <dd className="number">{sum.average === undefined ? '–' : duration(sum.average)}</dd>
              </div>
              <div>
                <dt>Slowest</dt>
                <dd className="number">{sum.slowest === undefined ? '–' : duration(sum.slowest)}</dd>
              </div>
            </dl>
            <HealthChart slots={slotsOf(hours, Date.now(), slots, each)} label={`The last ${word}: ${sumWords(sum)}`} />
          </>
        ) : null}
        {method.cause ? (
          <p>
            <span className="muted">
              Last failure <Time at={method.failed_at} />:
            </span>{' '}
            {method.cause}
          </p>
        ) : null}
        {method.last_failure ? (
          <details className="rules" open={method.state === 'critical' || undefined}>
            <summary>Every stage of the last check that failed</summary>
            <Attempt attempt={method.last_failure} target={target} onPinned={onPinned} />
          </details>
        ) : null}
      </div>
    </Panel>
  );
}
