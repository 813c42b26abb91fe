import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FeedEntry } from '../src/api.gen';
import { LogStore } from '../src/live/logstore';
import { compile, hitsIn, LogSearch } from '../src/live/search';
import { drawnRows, isScaled, scrollHeight, scrollTopFor, topRow } from '../src/live/window';

const output = (sequence: number, text: string, more: Partial<FeedEntry> = {}): FeedEntry => ({
  sequence,
  at: '2026-01-01T00:00:00Z',
  kind: 'output',
  branch: 1,
  step: 1,
  attempt: 1,
  stream: 'stdout',
  text,
  ...more,
});
const none = async () => [];
const texts = (log: LogStore) => Array.from({ length: log.size }, (_, at) => log.row(at)?.text);

test('pieces that end in the middle of a line make whole lines', () => {
  const log = new LogStore(1, none);
  log.append([output(1, 'one\ntw'), output(2, 'o\nthr')]);
  assert.deepEqual(texts(log), ['one', 'two', 'thr']);
  log.append([output(3, 'ee\n')]);
  assert.deepEqual(texts(log), ['one', 'two', 'three']);
  assert.equal(log.lines, 3);
});

test('stdout and stderr are put together apart from each other', () => {
  const log = new LogStore(1, none);
  log.append([output(1, 'out'), output(2, 'err\n', { stream: 'stderr' }), output(3, 'put\n')]);
  assert.deepEqual([log.row(0)?.kind, log.row(0)?.text, log.row(1)?.text], ['stderr', 'err', 'output']);
});

test('entries that were read before are passed over', () => {
  const log = new LogStore(1, none);
  log.append([output(1, 'a\n'), output(2, 'b\n')]);
  log.append([output(2, 'b\n'), output(3, 'c\n')]);
  assert.deepEqual(texts(log), ['a', 'b', 'c']);
  assert.equal(log.after, 3);
});

test('steps get a heading and an end, which are no lines of output', () => {
  const log = new LogStore(1, none);
  const step = (sequence: number, state: 'running' | 'succeeded'): FeedEntry => ({
    sequence,
    at: '2026-01-01T00:00:00Z',
    kind: 'step',
    branch: 1,
    step: 1,
    step_result: { number: 1, name: 'disk', state, attempt: 1, output_bytes: 0, truncated: false },
  });
  log.append([step(1, 'running'), output(2, 'no line feed'), step(3, 'succeeded')]);
  assert.deepEqual(
    [0, 1, 2].map((at) => [log.row(at)?.kind, log.row(at)?.line]),
    [
      ['begin', 0],
      ['stdout', 1],
      ['end', 0],
    ],
  );
});

test('a progress line shows what was written last, and colours go on over lines', () => {
  const log = new LogStore(1, none);
  log.append([output(1, '10%\r50%\r100%\r\n\x1b[31mred\nstill red\n')]);
  assert.deepEqual(texts(log).slice(0, 1), ['100%']);
  assert.equal(log.row(2)?.style?.fg, 'c1');
});

test('bytes that are no text are shown with replacement characters', () => {
  const log = new LogStore(1, none);
  const { text: _, ...rest } = output(1, '');
  log.append([{ ...rest, base64: 'YWL/Cg==' }]);
  assert.deepEqual(texts(log), ['ab\ufffd']);
});

test('a line of fifty million characters is cut in view', () => {
  const log = new LogStore(1, none);
  const piece = 'x'.repeat(1_000_000);
  for (let at = 1; at <= 50; at += 1) log.append([output(at, piece)]);
  log.append([output(51, '\nafter\n')]);
  assert.ok((log.row(0)?.text.length ?? 0) < 21_000);
  assert.equal(log.row(1)?.text, 'after');
});

test('memory is bounded, and what was dropped is fetched again with the same numbers', async () => {
  const feed: FeedEntry[] = [];
  for (let at = 0; at < 400; at += 1)
    feed.push(output(at + 1, Array.from({ length: 100 }, (_, line) => `\x1b[3${at % 8}mline ${at * 100 + line + 1}`).join('\n') + '\n'));
  let fetched = 0;
  const log = new LogStore(
    1,
    async (after, limit) => {
      fetched += 1;
      return feed.filter((entry) => entry.sequence > after).slice(0, limit);
    },
    500_000,
  );
  for (const entry of feed) log.append([entry]);
  assert.equal(log.lines, 40_000);
  assert.ok(log.kept <= 700_000, `kept ${log.kept}`);
  assert.equal(log.row(10), null);
  assert.equal(await log.rowOfLine(11), 10);
  assert.ok(fetched > 0);
  assert.equal(log.row(10)?.line, 11);
  assert.ok(log.row(10)?.text.endsWith('line 11'));
  assert.equal(log.row(39_999)?.line, 40_000);
});

test('a search finds every hit, also in dropped parts and in what comes later', async () => {
  const feed: FeedEntry[] = [];
  for (let at = 0; at < 60; at += 1)
    feed.push(output(at + 1, Array.from({ length: 100 }, (_, line) => (line === 7 ? 'a \x1b[1mnee\x1b[0mdle' : 'hay')).join('\n') + '\n'));
  const log = new LogStore(1, async (after, limit) => feed.filter((entry) => entry.sequence > after).slice(0, limit), 50_000);
  log.append(feed);
  const pattern = compile({ text: 'Needle', regex: false, caseSensitive: false });
  assert.ok(pattern instanceof RegExp);
  const search = new LogSearch(log, pattern, () => undefined);
  await search.advance();
  assert.equal(search.rows.length, 60);
  assert.equal(search.rows[3], 307);
  const later = output(61, 'needle at last\n');
  feed.push(later);
  log.append([later]);
  await search.advance();
  assert.equal(search.rows.length, 61);
});

test('patterns that are wrong or empty do no harm', () => {
  assert.equal(typeof compile({ text: '(', regex: true, caseSensitive: false }), 'string');
  assert.ok(compile({ text: '(', regex: false, caseSensitive: false }) instanceof RegExp);
  assert.deepEqual(hitsIn('aaa', /x*/g), []);
  assert.deepEqual(hitsIn('abcab', /ab/g), [
    [0, 2],
    [3, 5],
  ]);
});

test('the window of a short log is exact', () => {
  assert.equal(scrollHeight(1000, 18), 18_000);
  assert.equal(topRow(1800, 360, 1000, 18), 100);
  assert.equal(scrollTopFor(100, 360, 1000, 18), 1800);
  assert.deepEqual(drawnRows(100, 360, 1000, 18, 5), [95, 125]);
  assert.deepEqual(drawnRows(0, 360, 3, 18, 5), [0, 3]);
});

test('the window of a million rows stays under what browsers allow and reaches both ends', () => {
  assert.ok(isScaled(1_000_000, 18));
  assert.ok(scrollHeight(1_000_000, 18) < 17_000_000);
  assert.equal(topRow(0, 360, 1_000_000, 18), 0);
  assert.equal(topRow(scrollHeight(1_000_000, 18) - 360, 360, 1_000_000, 18), 999_980);
  const row = 123_456;
  assert.ok(Math.abs(topRow(scrollTopFor(row, 360, 1_000_000, 18), 360, 1_000_000, 18) - row) < 0.01);
});

test('what belongs to other branches is passed over, and reading goes on behind it', async () => {
  const other = (sequence: number): FeedEntry => ({
    sequence,
    at: '2026-01-01T00:00:00Z',
    kind: 'branch',
    branch: 2,
    branch_state: 'running',
  });
  const feed: FeedEntry[] = [];
  for (let at = 1; at <= 3000; at += 1)
    feed.push(at % 3 === 0 ? output(at, `line ${at}\n`) : at % 3 === 1 ? other(at) : output(at, 'foreign\n', { branch: 2 }));
  const log = new LogStore(1, async (after, limit) => feed.filter((entry) => entry.sequence > after).slice(0, limit), 20_000);
  for (let at = 0; at < feed.length; at += 100) log.append(feed.slice(at, at + 100));
  log.append([other(3001)]);
  assert.equal(log.lines, 1000);
  assert.equal(log.after, 3001);
  const more: FeedEntry[] = Array.from({ length: 3000 }, (_, at) => output(3002 + at, `later ${at}\n`));
  feed.push(other(3001), ...more);
  log.append(more);
  assert.equal(log.row(0), null);
  assert.equal(await log.rowOfLine(1), 0);
  assert.equal(log.row(0)?.text, 'line 3');
  assert.equal(log.row(999)?.text, 'line 3000');
});
