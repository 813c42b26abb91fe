import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPorts, scanWords } from '../src/lib/discovery';
import { healthTotal, shareText, slotsOf, sumHours, sumWords } from '../src/lib/health';

const hour = (at: string, checks: number, failures: number, average?: number) => ({
  at,
  checks,
  failures,
  ...(average === undefined ? {} : { average_milliseconds: average, slowest_milliseconds: average * 2 }),
});

test('hours are added up, and the average counts by checks', () => {
  const sum = sumHours([hour('2026-11-27T10:00:00Z', 10, 0, 10), hour('2026-11-27T11:00:00Z', 40, 10, 50)]);
  assert.equal(sum.checks, 50);
  assert.equal(sum.share, 0.8);
  assert.equal(sum.average, (10 * 10 + 30 * 50) / 40);
  assert.equal(sum.slowest, 100);
  assert.equal(sumHours([]).share, undefined);
  assert.equal(sumWords(sumHours([])), 'nothing was checked');
  assert.equal(sumWords(sum), '50 checks, 10 failed, 40 ms on average');
  assert.equal(sumWords(sumHours([hour('2026-11-27T10:00:00Z', 1, 1)])), '1 check, 1 failed');
});

test('slots of a chart end now and leave gaps where nothing was checked', () => {
  const now = Date.parse('2026-11-27T12:30:00Z');
  const slots = slotsOf([hour('2026-11-27T12:00:00Z', 2, 0, 5), hour('2026-11-27T10:00:00Z', 3, 1, 5), hour('2026-11-26T10:00:00Z', 9, 0)], now, 4, 1);
  assert.deepEqual(
    slots.map((slot) => slot.checks),
    [0, 3, 0, 2],
  );
  assert.equal(slots[3]?.to, Date.parse('2026-11-27T13:00:00Z'));
  const wide = slotsOf([hour('2026-11-27T12:00:00Z', 2, 0, 5), hour('2026-11-27T11:00:00Z', 3, 1, 5)], now, 2, 24);
  assert.deepEqual(
    wide.map((slot) => slot.checks),
    [0, 5],
  );
});

test('a share is never rounded up to a hundred', () => {
  assert.equal(shareText(0.9999), '99.9 %');
  assert.equal(shareText(1), '100 %');
  assert.equal(shareText(undefined), '–');
  assert.equal(healthTotal({ unknown: 1, healthy: 2, warning: 3, critical: 4 }), 10);
});

test('a scan says what is different from the one before', () => {
  const scan = { found: 12, appeared: 2, changed: 0, gone: 1 };
  assert.equal(scanWords(scan as never), '12 hosts, 2 new, 1 gone');
  assert.equal(scanWords({ ...scan, found: 1, appeared: 0, gone: 0 } as never), '1 host');
});

test('ports are read apart by commas and spaces', () => {
  assert.deepEqual(readPorts('22, 80 443'), [22, 80, 443]);
  assert.deepEqual(readPorts(''), []);
  assert.equal(readPorts('22, ssh'), null);
  assert.equal(readPorts('70000'), null);
});
