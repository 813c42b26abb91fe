import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OutputGroup } from '../src/api.gen';
import { groupsSentence } from '../src/lib/groups';

const group = (count: number): OutputGroup => ({ state: 'succeeded', exit_code: 0, output_hash: String(count), count, branches: [] });
const sentence = (counts: number[], open = 0, more = 0) =>
  groupsSentence({ step: 1, name: 'a', groups: counts.map(group), more_groups: more, more_branches: more, open });

test('groups are told in one sentence', () => {
  assert.equal(sentence([97, 2, 1]), '97 the same, 3 differ');
  assert.equal(sentence([97, 1]), '97 the same, 1 differs');
  assert.equal(sentence([5]), 'All 5 the same');
  assert.equal(sentence([1]), 'One target');
  assert.equal(sentence([5, 1], 2, 3), '5 the same, 4 differ, 2 without a result');
  assert.equal(sentence([], 4), '4 without a result yet');
  assert.equal(sentence([]), 'Nothing was printed');
});
