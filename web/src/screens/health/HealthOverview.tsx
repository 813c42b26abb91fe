import { useCallback } from 'react';
import { api } from '../../lib/api';
import type { HealthCounts } from '../../lib/api';
import { quoted } from '../../lib/filter';
import { count, plural } from '../../lib/format';
import { healthLooks, healthStates, healthTotal } from '../../lib/health';
import { useRunChanges } from '../../lib/repeated';
import { useResource } from '../../lib/resource';
import { Icon } from '../../parts/Icon';
import { Link } from '../../parts/Link';
import { Panel } from '../../parts/Panel';

const most = 8;

/** How all targets are doing, in all and by environment; each number leads to its targets. */
export function HealthOverview() {
  const found = useResource('health-summary', (signal) => api.targets.healthSummary({ signal }));
  useRunChanges(useCallback(() => found.reload(), [found.reload]), 10_000);
  const summary = found.value;
  if (!summary || healthTotal(summary.counts) === 0) return null;
  const environments = [...summary.environments].sort((a, b) => badness(b.counts) - badness(a.counts));
  return (
    <Panel title="Health of targets" actions={summary.in_maintenance > 0 ? <span className="muted">{plural(summary.in_maintenance, 'target')} in maintenance</span> : undefined}>
      <div className="healthboard" data-testid="health-overview">
        <Counts counts={summary.counts} condition="" />
        {environments.length > 1 ? (
          <ul className="healthboard-list">
            {environments.slice(0, most).map((one) => (
              <li key={one.environment}>
                <span className="healthboard-name">{one.environment || 'no environment'}</span>
                <Bar counts={one.counts} />
                <span className="healthboard-counts">
                  <Counts counts={one.counts} condition={`environment = ${quoted(one.environment)}`} isShort />
                </span>
              </li>
            ))}
          </ul>
        ) : null}
        {environments.length > most ? <p className="muted">and {environments.length - most} more environments</p> : null}
        {summary.lag_seconds > 60 ? (
          <p className="tone-unclear">Checks are late by {count(Math.round(summary.lag_seconds))} s; there are too few workers, or they are busy.</p>
        ) : null}
      </div>
    </Panel>
  );
}

const badness = (counts: HealthCounts) => counts.critical * 1e6 + counts.warning * 1e3 + counts.unknown;

function Bar({ counts }: { counts: HealthCounts }) {
  const total = healthTotal(counts);
  return (
    <span className="healthboard-bar" aria-hidden="true">
      {healthStates.map((state) =>
        counts[state] > 0 ? (
          <span key={state} className={`fill-${healthLooks[state].tone}`} style={{ width: `${(counts[state] / total) * 100}%` }} />
        ) : null,
      )}
    </span>
  );
}

function Counts({ counts, condition, isShort = false }: { counts: HealthCounts; condition: string; isShort?: boolean }) {
  const shown = healthStates.filter((state) => !isShort || counts[state] > 0);
  return (
    <span className="healthboard-states">
      {shown.map((state) => {
        const look = healthLooks[state];
        const filter = [condition, `health = ${state}`].filter(Boolean).join(' and ');
        return (
          <Link
            key={state}
            to={`/targets?filter=${encodeURIComponent(filter)}`}
            className={`healthboard-state${counts[state] > 0 ? ` tone-${look.tone}` : ' muted'}`}
            aria-label={`${count(counts[state])} ${look.word.toLowerCase()}`}
          >
            <Icon name={look.icon} size={14} />
            <strong className="number">{count(counts[state])}</strong>
            {isShort ? null : <span>{look.word.toLowerCase()}</span>}
          </Link>
        );
      })}
    </span>
  );
}
