import type { ConnectionAttempt, ConnectionStageName, ConnectionTest, Target } from '../../lib/api';
import { duration } from '../../lib/format';
import { Icon } from '../../parts/Icon';
import { methodWords } from './columns';
import { PinKey } from './PinKey';

const words: Record<ConnectionStageName, string> = {
  dns: 'DNS',
  tcp: 'TCP',
  key_exchange: 'Key exchange',
  host_key: 'Host key',
  authentication: 'Authentication',
  shell: 'Shell',
};

/** One connection method that was tried, stage by stage. */
export function Attempt({ attempt, target, onPinned }: { attempt: ConnectionAttempt; target: Target; onPinned: (target: Target) => void }) {
  const method = target.connections[attempt.method];
  const slowest = Math.max(1, ...attempt.stages.map((stage) => stage.milliseconds));
  const hosts = new Set(attempt.stages.map((stage) => stage.host));
  return (
    <section className="attempt" aria-label={`Method ${attempt.method + 1}`}>
      <h3>
        <code>{method ? methodWords(method, target.name) : `method ${attempt.method + 1}`}</code>
      </h3>
      <table className="table table-plain trace">
        <thead>
          <tr>
            <th scope="col">Stage</th>
            {hosts.size > 1 ? <th scope="col">Host</th> : null}
            <th scope="col">Result</th>
            <th scope="col" className="cell-number">
              Time
            </th>
            <th scope="col">Detail</th>
          </tr>
        </thead>
        <tbody>
          {attempt.stages.map((stage, at) => (
            <tr key={at} data-testid={`stage-${stage.name}`} className={stage.succeeded ? undefined : 'trace-failed'}>
              <th scope="row">{words[stage.name] ?? stage.name}</th>
              {hosts.size > 1 ? (
                <td>
                  <code>{stage.host}</code>
                </td>
              ) : null}
              <td>
                <span className={`status tone-${stage.succeeded ? 'succeeded' : 'failed'}`}>
                  <Icon name={stage.succeeded ? 'tick' : 'cross'} size={14} />
                  {stage.succeeded ? 'Passed' : 'Failed'}
                </span>
              </td>
              <td className="cell-number">
                <span className="trace-time">
                  <span className="trace-bar">
                    <span style={{ width: `${Math.max(2, (stage.milliseconds / slowest) * 100)}%` }} />
                  </span>
                  {duration(stage.milliseconds)}
                </span>
              </td>
              <td className="cell-grow">{stage.detail}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {attempt.cause ? (
        <p className="trace-cause tone-failed" data-testid="test-cause">
          {attempt.cause}
        </p>
      ) : null}
      {attempt.presented_key ? <PinKey target={target} presented={attempt.presented_key} onPinned={onPinned} /> : null}
    </section>
  );
}

/** The stages on the way to a usable connection, with times and the exact cause of a failure. */
export function TestTrace({ test, target, onPinned }: { test: ConnectionTest; target: Target; onPinned: (target: Target) => void }) {
  return (
    <div className="tracebox" data-testid="test-result" data-succeeded={test.succeeded}>
      <p role="status" className={`trace-head tone-${test.succeeded ? 'succeeded' : 'failed'}`}>
        <Icon name={test.succeeded ? 'tick' : 'cross'} />
        {test.succeeded ? `${target.name} can be used.` : `${target.name} cannot be used yet.`}{' '}
        <span className="muted">
          {duration(test.milliseconds)} on worker {test.worker}
        </span>
      </p>
      {test.attempts.map((attempt, at) => (
        <Attempt key={at} attempt={attempt} target={target} onPinned={onPinned} />
      ))}
      {test.attempts.length === 0 ? <p>This target has no connection method. Add one first.</p> : null}
    </div>
  );
}
