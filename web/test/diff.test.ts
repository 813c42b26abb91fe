import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffLines, hunks } from '../src/lib/diff';

const signs = { same: ' ', added: '+', removed: '-' };
const shown = (before: string, after: string) => diffLines(before, after).map((line) => signs[line.kind] + line.text);

test('equal texts have only equal lines', () => {
  assert.deepEqual(shown('a\nb', 'a\nb'), [' a', ' b']);
});

test('changed lines show what was taken away and what came', () => {
  assert.deepEqual(shown('a\nb\nc', 'a\nx\nc\nd'), [' a', '-b', '+x', ' c', '+d']);
});

test('line numbers are those of each text', () => {
  const lines = diffLines('a\nb\nc', 'b\nc\nd');
  assert.deepEqual(
    lines.map((line) => [line.before, line.after]),
    [
      [1, undefined],
      [2, 1],
      [3, 2],
      [undefined, 3],
    ],
  );
});

test('applying the kept and added lines gives the new text for many random texts', () => {
  let seed = 7;
  const random = (most: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % most;
  };
  for (let round = 0; round < 200; round += 1) {
    const make = () => Array.from({ length: random(12) }, () => 'abc'[random(3)]).join('\n');
    const [before, after] = [make(), make()];
    const lines = diffLines(before, after);
    assert.equal(
      lines
        .filter((line) => line.kind !== 'removed')
        .map((line) => line.text)
        .join('\n'),
      after,
    );
    assert.equal(
      lines
        .filter((line) => line.kind !== 'added')
        .map((line) => line.text)
        .join('\n'),
      before,
    );
  }
});

test('long unchanged stretches become gaps', () => {
  const before = Array.from({ length: 20 }, (_, at) => `line ${at}`);
  const after = before.slice();
  after[10] = 'changed';
  const parts = hunks(diffLines(before.join('\n'), after.join('\n')), 2);
  assert.deepEqual(
    parts.map((part) => (part.kind === 'gap' ? part.count : part.lines.length)),
    [8, 6, 7],
  );
});
