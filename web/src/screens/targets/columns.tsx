import type { ConnectionMethod, ConnectionTest, Target, TargetHealth } from '../../lib/api';
import { duration } from '../../lib/format';
import { Icon } from '../../parts/Icon';
import { Link } from '../../parts/Link';
import { StatusWord } from '../../parts/StatusWord';
import { HealthSpark } from '../health/HealthSpark';
import { HealthWord } from '../health/HealthWord';
import type { Column } from '../../parts/Table';
import { Tags } from '../../parts/Tags';
import { Time } from '../../parts/Time';

/** A connection method in a few words: `ssh root@web-01:2222`. */
export function methodWords(method: ConnectionMethod, name: string): string {
  if (method.kind === 'local') return 'this machine';
  const host = method.host ?? name;
  return `ssh ${method.user ? method.user + '@' : ''}${host}${method.port && method.port !== 22 ? ':' + method.port : ''}`;
}

/** The progress of a bulk test of one target. */
export type TestState =
  | { phase: 'queued' }
  | { phase: 'running' }
  | { phase: 'done'; test: ConnectionTest }
  | { phase: 'broken'; why: string };

/** The result of a connection test in one line. */
export function TestWord({ state }: { state: TestState }) {
  if (state.phase === 'queued') return <span className="muted">Waiting</span>;
  if (state.phase === 'running')
    return (
      <span className="status tone-running">
        <Icon name="ring" turning size={14} />
        Testing
      </span>
    );
  if (state.phase === 'broken')
    return (
      <span className="status tone-failed" title={state.why}>
        <Icon name="cross" size={14} />
        <span className="clip">{state.why}</span>
      </span>
    );
  const { test } = state;
  if (test.succeeded)
    return (
      <span className="status tone-succeeded">
        <Icon name="tick" size={14} />
        Reachable, {duration(test.milliseconds)}
      </span>
    );
  const cause =
    test.attempts
      .map((attempt) => attempt.cause)
      .filter(Boolean)
      .join(' ') || 'No connection method works.';
  return (
    <span className="status tone-failed" title={cause}>
      <Icon name="cross" size={14} />
      <span className="clip">{cause}</span>
    </span>
  );
}

/** The columns of the target list; `hidden` ones are left out. */
export function targetColumns(tests: Map<string, TestState>, hidden: Set<string>, health: Map<string, TargetHealth>): Column<Target>[] {
  const now = Date.now();
  const columns: Column<Target>[] = [
    {
      key: 'name',
      title: 'Name',
      narrow: 'first',
      className: 'cell-grow',
      render: (target) => (
        <Link to={`/targets/${target.serial}`} className="cell-name">
          {target.name}
        </Link>
      ),
    },
    { key: 'status', title: 'Status', narrow: 'second', render: (target) => <StatusWord state={target.status} /> },
    {
      key: 'health',
      title: 'Health',
      narrow: 'second',
      render: (target) => {
        const found = health.get(target.id);
        if (!found) return null;
        return (
          <span className="healthcell">
            <HealthWord state={found.state} cause={found.cause} />
            {found.recent.length > 0 ? <HealthSpark recent={found.recent} now={now} /> : null}
          </span>
        );
      },
    },
    { key: 'environment', title: 'Environment', narrow: 'second', render: (target) => target.environment },
    { key: 'os', title: 'OS', narrow: 'hide', render: (target) => target.os },
    { key: 'tags', title: 'Tags', narrow: 'second', render: (target) => <Tags tags={target.tags} most={3} /> },
    {
      key: 'connection',
      title: 'Connection',
      narrow: 'hide',
      render: (target) =>
        target.connections[0] ? (
          <code className="nowrap">{methodWords(target.connections[0], target.name)}</code>
        ) : (
          <span className="muted">none</span>
        ),
    },
    { key: 'location', title: 'Location', narrow: 'hide', render: (target) => target.location },
    { key: 'serial', title: 'Serial', narrow: 'hide', render: (target) => <code className="nowrap">{target.serial}</code> },
    { key: 'updated', title: 'Changed', narrow: 'hide', render: (target) => <Time at={target.updated_at} /> },
  ];
  const shown = columns.filter((column) => !hidden.has(column.key));
  if (tests.size > 0) {
    shown.splice(1, 0, {
      key: 'test',
      title: 'Connection test',
      narrow: 'second',
      className: 'cell-test',
      render: (target) => {
        const state = tests.get(target.id);
        return state ? <TestWord state={state} /> : null;
      },
    });
  }
  return shown;
}
