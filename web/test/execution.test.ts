import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Execution, ExecutionDetail, FeedEntry } from '../src/api.gen';
import type { ExecutionModel } from '../src/live/execution';

// What a browser has and the live connection listens to when it is loaded.
const listen = () => undefined;
Object.assign(globalThis, { addEventListener: listen, document: { addEventListener: listen } });

function execution(state: Execution['state'], sequence: number): Execution {
  const counts = { total: 1, waiting: 0, running: 1, succeeded: 0, failed: 0, cancelled: 0, unclear: 0 };
  return {
    id: 'e',
    serial: 'J.1',
    kind: 'job',
    name: 'job',
    state,
    counts,
    targets: 'name = web',
    max_parallel: 50,
    priority: 'normal',
    started_by: 'olga',
    created_at: '2026-01-01T00:00:00Z',
    last_sequence: sequence,
  };
}

async function model(): Promise<{ model: ExecutionModel; hear: (entries: FeedEntry[]) => void }> {
  const { ExecutionModel: Model } = await import('../src/live/execution');
  const made = new Model('J.1');
  made.detail = { execution: execution('running', 1), definition: { name: 'job', steps: [] }, parameters: {}, left_out: [] } as ExecutionDetail;
  made.branches = [
    {
      number: 1,
      serial: 'J.1.1',
      target: 't',
      target_serial: 'T',
      target_name: 'web',
      state: 'waiting',
      cause: 'It waits for a decision at step 1.',
      steps: [{ number: 1, name: 'one', state: 'waiting', attempt: 0, output_bytes: 0, truncated: false }],
    },
  ];
  const inner = made as unknown as { take: (entries: FeedEntry[]) => void; byNumber: Map<number, number> };
  inner.byNumber.set(1, 0);
  return { model: made, hear: (entries) => inner.take(entries) };
}

test('the answer to a change does not replace what was heard after it', async () => {
  const { model: made, hear } = await model();
  hear([{ sequence: 7, at: '2026-01-01T00:00:01Z', kind: 'execution', execution: execution('failed', 6) }]);
  made.setExecution(execution('running', 5));
  assert.equal(made.execution?.state, 'failed');
  made.setExecution(execution('cancelled', 8));
  assert.equal(made.execution?.state, 'cancelled');
});

test('what undoes a step is added behind the steps, and a reason that is over goes away', async () => {
  const { model: made, hear } = await model();
  hear([
    { sequence: 2, at: '2026-01-01T00:00:01Z', kind: 'branch', branch: 1, branch_state: 'running' },
    {
      sequence: 3,
      at: '2026-01-01T00:00:02Z',
      kind: 'step',
      branch: 1,
      step: 2,
      step_result: { number: 2, name: 'one (rollback)', state: 'running', attempt: 1, output_bytes: 0, truncated: false },
    },
  ]);
  assert.deepEqual(
    made.branchOf(1)?.steps.map((step) => [step.number, step.state]),
    [
      [1, 'waiting'],
      [2, 'running'],
    ],
  );
  assert.equal(made.branchOf(1)?.cause, undefined);
});
