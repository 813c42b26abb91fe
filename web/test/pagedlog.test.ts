import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OutputLines, StepResult } from '../src/api.gen';
import { PagedLog } from '../src/live/pagedlog';

const step = (number: number): StepResult => ({
  number,
  name: `step ${number}`,
  state: 'succeeded',
  attempt: 1,
  output_bytes: 1,
  truncated: false,
});

function source(lines: Record<number, number>, most = 1000) {
  const asked: string[] = [];
  const fetch = async (number: number, from: number, limit: number): Promise<OutputLines> => {
    asked.push(`${number}:${from}+${limit}`);
    const total = lines[number] ?? 0;
    const count = Math.min(limit, most, total - from + 1);
    return {
      total_lines: total,
      total_bytes: total * 10,
      lines: Array.from({ length: Math.max(0, count) }, (_, at) => ({
        number: from + at,
        text: `line ${number}.${from + at}`,
        cut: false,
        stream: 'stdout' as const,
      })),
    };
  };
  return { asked, fetch };
}
const settle = () => new Promise((resume) => setTimeout(resume, 0));

test('of a million lines only the page in view is fetched', async () => {
  const { asked, fetch } = source({ 1: 3, 2: 1_000_000 });
  const log = new PagedLog(fetch);
  await log.open([step(1), step(2)]);
  assert.equal(log.size, 3 + 2 + 1_000_000 + 2);
  assert.equal(log.lines, 1_000_003);
  assert.deepEqual([log.row(0)?.kind, log.row(4)?.kind, log.row(5)?.kind, log.row(log.size - 1)?.kind], ['begin', 'end', 'begin', 'end']);
  const row = await log.rowOfLine(700_003);
  assert.equal(log.row(row), null);
  await settle();
  assert.equal(log.row(row)?.text, 'line 2.700000');
  assert.equal(log.row(row)?.line, 700_003);
  assert.equal(asked.length, 3);
  assert.equal(await log.rowOfStep(2), 5);
});

test('pages come together from answers with fewer lines than were asked for', async () => {
  const { fetch } = source({ 1: 900 }, 7);
  const log = new PagedLog(fetch);
  await log.open([step(1)]);
  const found: string[] = [];
  await log.scan(0, (rows) => (found.push(...rows.map((row) => row.text)), true));
  assert.equal(found.length, 902);
  assert.equal(found[900], 'line 1.900');
});

test('only a window of the pages stays in memory', async () => {
  const { fetch } = source({ 1: 100_000 });
  const log = new PagedLog(fetch, 200_000);
  await log.open([step(1)]);
  for (let line = 1; line < 100_000; line += 500) {
    log.row(line);
    await settle();
  }
  assert.ok(log.kept <= 300_000);
  log.row(1);
  await settle();
  assert.equal(log.row(1)?.text, 'line 1.1');
});
