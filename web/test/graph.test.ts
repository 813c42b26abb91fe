import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layersOf, layOut, needsOf } from '../src/lib/graph';

const measures = { width: 100, height: 40, gap: 20, row: 50 };
const step = (name: string, needs?: string[]) => ({ name, needs });

test('a step waits for the one before it unless it says otherwise', () => {
  assert.deepEqual(needsOf([step('a'), step('b'), step('c', []), step('d', ['a', 'c', 'a', 'd', 'nobody'])]), [[], [0], [], [0, 2]]);
});

test('a step stands one layer behind the deepest that it waits for', () => {
  assert.deepEqual(layersOf([[], [0], [0], [1, 2], [0, 3]]), [0, 1, 1, 2, 3]);
});

test('a circle is laid out all the same', () => {
  const layers = layersOf([[1], [0], [1]]);
  assert.ok(layers.every((layer) => layer >= 0 && layer <= 3));
  assert.equal(layOut([[1], [0], [1]], measures).places.length, 3);
});

test('steps of one layer stand under each other and never on each other', () => {
  const { places, width, height } = layOut([[], [0], [0], [0], [1, 2, 3]], measures);
  assert.equal(new Set(places.map(({ x, y }) => `${x},${y}`)).size, 5);
  assert.deepEqual([places[1]?.x, places[2]?.x, places[3]?.x], [120, 120, 120]);
  assert.deepEqual([width, height], [340, 140]);
});

test('a line over a layer goes round the steps in it', () => {
  const { places, edges } = layOut([[], [0], [0, 1]], measures);
  const long = edges.find((edge) => edge.from === 0 && edge.to === 2);
  const middle = Number(/ (\d+)H220/.exec(long?.path ?? '')?.[1]);
  assert.ok(Math.abs(middle - ((places[1]?.y ?? 0) + 20)) >= 40, long?.path);
});

test('lines that would cross are untangled', () => {
  const { places } = layOut([[], [], [1], [0]], measures);
  assert.ok((places[0]?.y ?? 0) < (places[1]?.y ?? 0));
  assert.ok((places[3]?.y ?? 0) < (places[2]?.y ?? 0));
});

test('two hundred steps in a row are laid out', () => {
  const { places } = layOut(
    Array.from({ length: 200 }, (_, at) => (at > 0 ? [at - 1] : [])),
    measures,
  );
  assert.equal(places[199]?.x, 199 * 120);
});
