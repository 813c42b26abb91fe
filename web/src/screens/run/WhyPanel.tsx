import { useEffect, useRef } from 'react';
import { api } from '../../lib/api';
import type { WhyCode } from '../../lib/api';
import { useResource } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Icon } from '../../parts/Icon';
import type { IconName } from '../../parts/Icon';
import { Link } from '../../parts/Link';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';

const looks: Record<WhyCode, [IconName, string]> = {
  ended: ['tick', 'succeeded'],
  held: ['lock', 'blocked'],
  paused: ['pause', 'blocked'],
  batch: ['clock', 'waiting'],
  approval: ['hand', 'approval'],
  slot: ['lock', 'blocked'],
  parallel_limit: ['clock', 'waiting'],
  no_worker: ['warning', 'unclear'],
  queued: ['clock', 'waiting'],
  running: ['ring', 'running'],
  cancelling: ['ring', 'running'],
  unclear: ['warning', 'unclear'],
  failed: ['cross', 'failed'],
  skipped: ['dash', 'skipped'],
};

interface WhyPanelProps {
  execution: string;
  /** The number of one branch; the whole run when absent. */
  branch?: number | undefined;
  /** Changes whenever the answer may be another one. */
  state: string;
  onClose: () => void;
}

/** Why a run, or one target of it, stands as it does. */
export function WhyPanel({ execution, branch, state, onClose }: WhyPanelProps) {
  const found = useResource(`why/${execution}/${branch ?? ''}`, (signal) =>
    api.executions.why(execution, branch === undefined ? {} : { branch }, { signal }),
  );
  const { value, problem, reload } = found;
  const asked = useRef(state);
  useEffect(() => {
    if (asked.current === state) return undefined;
    const timer = setTimeout(() => {
      asked.current = state;
      reload();
    }, 500);
    return () => clearTimeout(timer);
  }, [state, reload]);
  return (
    <section className="why" aria-label={branch === undefined ? 'Why the run stands as it does' : 'Why the target stands as it does'} data-testid="why">
      <div className="why-head">
        <h2>Why?</h2>
        <Button small kind="quiet" icon="close" aria-label="Close the explanation" onClick={onClose} />
      </div>
      {problem ? <ProblemNote problem={problem} retry={reload} /> : null}
      {!value && !problem ? <Skeleton rows={2} /> : null}
      {value ? (
        <ul className="why-list">
          {value.why.map((one, at) => {
            const [icon, tone] = looks[one.code] ?? ['help', 'waiting'];
            return (
              <li key={at}>
                <span className={`tone-${tone}`}>
                  <Icon name={icon} size={14} />
                </span>
                <span>
                  {one.detail}
                  {one.execution ? (
                    <>
                      {' '}
                      <Link to={`/runs/${one.execution}`}>See {one.execution}</Link>.
                    </>
                  ) : null}
                  {one.code === 'no_worker' ? (
                    <>
                      {' '}
                      <Link to="/queue?tab=workers">See the workers</Link>.
                    </>
                  ) : null}
                </span>
              </li>
            );
          })}
          {value.position !== undefined ? (
            <li>
              <span className="tone-waiting">
                <Icon name="clock" size={14} />
              </span>
              <span>
                It has place {value.position} in the <Link to="/queue">queue for workers</Link>.
              </span>
            </li>
          ) : null}
        </ul>
      ) : null}
    </section>
  );
}
