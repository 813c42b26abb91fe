import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventRuleForm, readEventRule } from '../src/lib/eventruleform';
import { asValue, readTriggered, triggeredForm } from '../src/lib/mapping';
import { calendarForm, firstWindow, readCalendar } from '../src/lib/calendarform';
import { deadManForm, readDeadMan } from '../src/lib/deadmanform';
import { readWebhook, webhookForm } from '../src/lib/webhookform';

const parameters = [
  { name: 'version', type: 'string' as const },
  { name: 'replicas', type: 'integer' as const },
  { name: 'dry', type: 'boolean' as const },
  { name: 'rest', type: 'string' as const },
];

test('where parameters come from goes into the form and out of it unchanged', () => {
  const run = {
    parameters: { version: { from: 'body.tag', default: 'v1' }, replicas: { value: 3 }, dry: { value: true } },
    targets: 'tag = web',
    max_parallel: 5,
    locks: ['a', 'b'],
  };
  assert.deepEqual(readTriggered(triggeredForm(run), parameters as never), run);
  assert.deepEqual(readTriggered(triggeredForm(run), []), { targets: 'tag = web', max_parallel: 5, locks: ['a', 'b'] });
  assert.deepEqual(readTriggered(triggeredForm(undefined), parameters as never), {});
});

test('typed constants are values of the type of their parameter', () => {
  assert.equal(asValue('3', parameters[1] as never), 3);
  assert.equal(asValue('three', parameters[1] as never), 'three');
  assert.equal(asValue('true', parameters[2] as never), true);
  assert.equal(asValue('3', parameters[0] as never), '3');
});

test('a webhook goes into the form and out of it unchanged', () => {
  const definition = {
    name: 'push',
    job: 'J20260001',
    format: 'stripe' as const,
    enabled: false,
    signature_header: 'X-Sign',
    delivery_id: 'body.id',
    replay_seconds: 60,
    filter: 'body.a',
    masks: ['body.b'],
    body_limit_bytes: 2000,
    keep_days: 3,
  };
  const webhook = { definition, job: { id: 'j', serial: 'J20260001', name: 'deploy' } };
  assert.deepEqual(readWebhook(webhookForm(webhook as never), []), definition);
  const plain = webhookForm({ ...webhook, definition: { ...definition, format: 'github' } } as never);
  assert.equal(readWebhook(plain, []).signature_header, undefined);
});

test('an event rule goes into the form and out of it unchanged', () => {
  for (const on of [{ execution: { job: 'deploy', states: ['failed' as const] } }, { target: { to: ['critical' as const] } }, { schedule: { how: ['missed' as const] } }]) {
    const definition = { name: 'r', job: 'J1', on, when: 'event.a', targets: 'same' as const, cooldown_seconds: 5, throttle: { most: 1, seconds: 2 }, longest_chain: 0 };
    const rule = { definition, job: { id: 'j', serial: 'J1', name: 'n' } };
    assert.deepEqual(readEventRule(eventRuleForm(rule as never), []), definition);
  }
});

test('a calendar goes into the form and out of it unchanged', () => {
  const definition = {
    name: 'c',
    zone: 'Europe/Berlin',
    targets: 'tag = web',
    openings: [{ weekly: { days: ['mon' as const], from: '22:00', to: '06:00' } }],
    blackouts: [
      { name: 'x', dates: { from: '2026-12-24', to: '2026-12-26' } },
      { span: { from: '2026-12-24T10:00', to: '2026-12-24T11:00' } },
      { rule: { rule: 'FREQ=MONTHLY', start: '2026-01-01T00:00', duration: '4h' } },
    ],
  };
  assert.deepEqual(readCalendar(calendarForm({ definition } as never, 'UTC')), definition);
  const oneDay = { ...calendarForm(null, 'UTC'), name: 'c', blackouts: [{ ...firstWindow('dates'), firstDay: '2026-12-24' }] };
  assert.deepEqual(readCalendar(oneDay), { name: 'c', blackouts: [{ dates: { from: '2026-12-24', to: '2026-12-24' } }] });
});

test('a dead-man rule goes into the form and out of it unchanged', () => {
  for (const rule of [
    { succeed_by: { cron: '0 6 * * *', zone: 'Europe/Berlin', within_seconds: 7200 } },
    { succeed_every: { every: '26h' } },
    { takes_longer: { times: 1.5, least_runs: 20, least_seconds: 10 } },
  ]) {
    const definition = { name: 'r', schedule: 'nightly', ...rule };
    assert.deepEqual(readDeadMan(deadManForm({ definition } as never, 'UTC')), definition);
  }
});
