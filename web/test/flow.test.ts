import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Branch, StepResult, StepState } from '../src/api.gen';
import { keptSteps, resumeGroups } from '../src/lib/resume';
import { countSteps } from '../src/lib/stepcounts';
import { readItems } from '../src/screens/jobs/StepFlow';
import { refusal } from '../src/screens/approvals/refusal';

const steps = [
  { name: 'a', command: 'x' },
  { name: 'b', command: 'x', needs: ['a'] },
  { name: 'c', command: 'x', needs: ['a'] },
  { name: 'd', command: 'x', needs: ['b', 'c'] },
];

function branch(number: number, states: StepState[], undone: number[] = []): Branch {
  const result = (at: number, state: StepState): StepResult => ({
    number: at,
    name: `step ${at}`,
    state,
    attempt: 1,
    output_bytes: 0,
    truncated: false,
  });
  return {
    number,
    serial: `J.${number}`,
    target: 't',
    target_serial: 'T',
    target_name: `web${number}`,
    state: states.every((state) => state === 'succeeded') ? 'succeeded' : 'failed',
    steps: [...states.map((state, at) => result(at + 1, state)), ...undone.map((at) => result(states.length + at + 1, 'succeeded'))],
  };
}

test('what succeeded stays when a target is resumed, unless it was undone or waits for something that does not stay', () => {
  assert.deepEqual(keptSteps(steps, branch(1, ['succeeded', 'succeeded', 'failed', 'skipped'])), [0, 1]);
  assert.deepEqual(keptSteps(steps, branch(1, ['succeeded', 'succeeded', 'failed', 'skipped'], [1])), [0]);
  assert.deepEqual(keptSteps(steps, branch(1, ['succeeded', 'succeeded', 'failed', 'skipped'], [0])), []);
});

test('targets on which the same stays are shown together, without those that succeeded', () => {
  const all = [
    branch(1, ['succeeded', 'succeeded', 'succeeded', 'succeeded']),
    branch(2, ['failed', 'skipped', 'skipped', 'skipped']),
    branch(3, ['succeeded', 'succeeded', 'succeeded', 'failed']),
    branch(4, ['succeeded', 'succeeded', 'succeeded', 'lost']),
  ];
  assert.deepEqual(resumeGroups(steps, all), [
    { kept: [0, 1, 2], targets: ['web3', 'web4'] },
    { kept: [], targets: ['web2'] },
  ]);
});

test('the steps of a graph count their targets by state, the most urgent first, and what was undone', () => {
  const counts = countSteps([branch(1, ['succeeded', 'failed', 'waiting', 'waiting'], [0]), branch(2, ['running', 'waiting', 'waiting', 'waiting'])], 4);
  assert.deepEqual(counts[0], {
    states: [
      ['running', 1],
      ['succeeded', 1],
    ],
    undone: 1,
  });
  assert.deepEqual(counts[1]?.states[0], ['failed', 1]);
});

test('the lines of a loop become its items, whole numbers as numbers', () => {
  assert.deepEqual(readItems('a\n\n12\n-3\n007\n1.5\n'), ['a', 12, -3, '007', '1.5']);
});

test('who may not decide hears why', () => {
  const me = { id: '1', username: 'Olga', display_name: '', role: 'operator' as const, permissions: ['executions.approve' as const] };
  const approval = {
    execution: 'e',
    serial: 'J.1',
    name: 'job',
    started_by: 'olga',
    step: 1,
    step_name: 'gate',
    approvers: [] as string[],
    state: 'pending' as const,
    asked_at: '2026-01-01T00:00:00Z',
    waiting: 1,
    may_decide: false,
  };
  assert.equal(refusal({ ...approval, may_decide: true }, me), undefined);
  assert.equal(refusal(approval, { ...me, permissions: [] }), 'Your role does not decide.');
  assert.equal(refusal({ ...approval, approvers: ['lead', 'paul'] }, me), 'lead or paul may decide.');
  assert.equal(refusal({ ...approval, approvers: ['OLGA'] }, me), 'Somebody else than who started the run must decide.');
});
