import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Occurrence } from '../src/api.gen';
import { build, firstBuilder, lastDay, readBuilt, workday } from '../src/lib/builder';
import { countWords, lagText, occurrenceLook, worstLook } from '../src/lib/occurrences';
import { firstForm, inForm, readSchedule, readTiming, scheduleForm, timingForm } from '../src/lib/scheduleform';

const written = (patch: object) => {
  const built = build({ ...firstBuilder, ...patch });
  return 'cron' in built ? built.cron : 'rule' in built ? built.rule : built.error;
};

test('the builder writes cron expressions for what a cron expression can say', () => {
  assert.equal(written({}), '0 2 * * *');
  assert.equal(written({ times: ['09:30', '17:30'] }), '30 9,17 * * *');
  assert.equal(written({ every: 'week' }), '0 2 * * MON-FRI');
  assert.equal(written({ every: 'week', weekdays: [0, 3] }), '0 2 * * SUN,WED');
  assert.equal(written({ every: 'week', weekdays: [0, 1, 2, 3, 4, 5, 6] }), '0 2 * * *');
  assert.equal(written({ every: 'month', monthdays: [lastDay, 15, 1] }), '0 2 1,15,L * *');
  assert.equal(written({ every: 'month', monthly: 'nth', nth: 2, nthDay: 2 }), '0 2 * * 2#2');
  assert.equal(written({ every: 'month', monthly: 'nth', nth: -1, nthDay: 5 }), '0 2 * * 5L');
  assert.equal(written({ every: 'month', monthly: 'nth', nth: -1, nthDay: workday }), '0 2 LW * *');
});

test('the builder writes rules for every second week and the like', () => {
  assert.equal(written({ interval: '2', every: 'week', weekdays: [1] }), 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;BYHOUR=2;BYMINUTE=0;BYSECOND=0');
  assert.equal(written({ interval: '3' }), 'FREQ=DAILY;INTERVAL=3;BYHOUR=2;BYMINUTE=0;BYSECOND=0');
  assert.equal(
    written({ interval: '3', every: 'month', monthly: 'nth', nth: -1, nthDay: workday }),
    'FREQ=MONTHLY;INTERVAL=3;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;BYHOUR=2;BYMINUTE=0;BYSECOND=0',
  );
});

test('the builder says what cannot be', () => {
  assert.match(written({ times: ['09:00', '17:30'] }), /same minute/);
  assert.match(written({ times: [''] }), /hours and minutes/);
  assert.match(written({ every: 'week', weekdays: [] }), /day of the week/);
  assert.match(written({ interval: '0' }), /1 to 1000/);
});

test('what the builder wrote is read back, and what it would write otherwise is not', () => {
  const patches = [
    {},
    { every: 'week', weekdays: [1, 3] },
    { every: 'month', monthdays: [1, lastDay] },
    { every: 'month', monthly: 'nth', nth: 3, nthDay: 4 },
    { interval: '2', every: 'month', monthly: 'nth', nth: -1, nthDay: workday },
    { interval: '2', every: 'week', weekdays: [6] },
  ];
  for (const patch of patches) {
    const built = build({ ...firstBuilder, ...patch } as typeof firstBuilder);
    const again = readBuilt(built as { cron: string });
    assert.deepEqual(again && build(again), built);
  }
  for (const cron of ['*/15 * * * *', '0 2 1 1 *', 'H 2 * * *', '0 0 2 * * *', '@daily', '0 2 1 * MON', '5 4 * * 1-5', 'nonsense'])
    assert.equal(readBuilt({ cron }), null, cron);
  assert.equal(readBuilt({ rule: 'FREQ=YEARLY;BYMONTH=12' }), null);
});

test('a timing is sent as it was typed, and rules get a start', () => {
  const form = timingForm({ cron: '*/5 * * * *', zone: 'Europe/Berlin', skipped_hours: 'skip', most_runs: 3 });
  assert.equal(form.mode, 'cron');
  assert.deepEqual(readTiming(form, '2026-11-27'), { cron: '*/5 * * * *', zone: 'Europe/Berlin', skipped_hours: 'skip', most_runs: 3 });
  assert.deepEqual(readTiming({ ...form, mode: 'rule', rule: 'FREQ=DAILY', zone: 'UTC', skippedHours: 'shift', mostRuns: '' }, '2026-11-27'), {
    rule: 'FREQ=DAILY',
    start: '2026-11-27T00:00',
  });
  assert.equal(readTiming({ ...form, cron: '  ' }, '2026-11-27'), null);
  assert.equal(readTiming({ ...form, mode: 'at', at: [''] }, '2026-11-27'), null);
});

test('a schedule goes into the form and out of it unchanged', () => {
  const definition = {
    name: 'nightly',
    job: 'J20260001',
    timing: { cron: '0 2 * * *', zone: 'Europe/Berlin' },
    run: { targets: 'tag = db', exclude: ['x'], max_parallel: 5, priority: 'high' as const, locks: ['storage'] },
    calendars: ['freeze'],
    missed: { policy: 'all' as const, most: 5, grace_seconds: 30 },
    overlap: 'queue' as const,
  };
  const job = { id: 'j', serial: 'J20260001', name: 'backup' };
  const form = scheduleForm({ definition, job } as never);
  assert.equal(form.timing.mode, 'builder');
  const timing = readTiming(form.timing, '2026-11-27');
  assert.deepEqual(timing && readSchedule(form, timing, {}), definition);
  assert.deepEqual(readSchedule({ ...firstForm('UTC', 'J1'), name: ' n ' }, { every: '5m' }, { level: 'high' }), {
    name: 'n',
    job: 'J1',
    timing: { every: '5m' },
    run: { parameters: { level: 'high' } },
  });
});

test('places in a definition are found by the fields', () => {
  const problem = { type: 't', title: 't', status: 422, detail: 'd', errors: [{ pointer: '#/definition/timing/cron', detail: 'x' }] };
  assert.equal(inForm(problem)?.errors?.[0]?.pointer, '#/timing/cron');
});

const occurrence = (patch: Partial<Occurrence>): Occurrence => ({
  schedule: 's',
  serial: 'S1',
  name: 'n',
  job: 'j',
  at: '2026-11-27T02:00:00.000Z',
  state: 'fired',
  ...patch,
});

test('an occurrence says what became of it and of its run', () => {
  assert.equal(occurrenceLook(occurrence({ outcome: 'succeeded' })).word, 'Succeeded');
  assert.equal(occurrenceLook(occurrence({ outcome: 'failed' })).tone, 'failed');
  assert.equal(occurrenceLook(occurrence({})).word, 'Fired, running');
  assert.equal(occurrenceLook(occurrence({ state: 'late', outcome: 'succeeded' })).word, 'Late, succeeded');
  assert.equal(occurrenceLook(occurrence({ state: 'planned', reason: 'closed' })).word, 'Will be skipped');
  assert.equal(lagText(occurrence({ decided_at: '2026-11-27T02:00:01.500Z' })), '1.5 s');
  assert.equal(lagText(occurrence({})), '');
});

test('several occurrences look like the worst of them', () => {
  const several = [occurrence({ outcome: 'succeeded' }), occurrence({ state: 'missed' }), occurrence({ outcome: 'succeeded' })];
  assert.equal(worstLook(several).tone, 'unclear');
  assert.equal(countWords(several), '2 succeeded, 1 missed');
});
