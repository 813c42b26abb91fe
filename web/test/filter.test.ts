import assert from 'node:assert/strict';
import { test } from 'node:test';
import { both, byNames, complete, conditions, insert, quoted, shownBy, tokens } from '../src/lib/filter';

const vocabulary = {
  fields: ['name', 'tag', 'env', 'os', 'group', 'fact.cores'],
  tags: ['web', 'data base'],
  environments: ['production', 'staging'],
  oses: ['debian 12'],
  groups: ['front'],
};
const options = (text: string) => complete(text, text.length, vocabulary).options;

test('words, texts, operators and brackets are told apart', () => {
  assert.deepEqual(
    tokens('name = web[01-20] and (tag != "a b")').map((token) => `${token.kind}:${token.text}`),
    ['word:name', 'operator:=', 'word:web[01-20]', 'word:and', 'open:(', 'word:tag', 'operator:!=', 'text:"a b"', 'close:)'],
  );
});

test('tokens know where they stand', () => {
  const [first, second] = tokens('  env  =x');
  assert.deepEqual([first?.start, first?.end, second?.start, second?.end], [2, 5, 7, 8]);
});

test('a broken filter still has tokens and ends', () => {
  assert.ok(tokens('name = "never closed').length >= 3);
  assert.ok(tokens('= = ] ) , !').length > 0);
});

test('fields come first, then comparisons, then values, then joins', () => {
  assert.ok(options('').includes('tag'));
  assert.deepEqual(options('en'), ['env']);
  assert.deepEqual(options('env '), ['=', '!=']);
  assert.deepEqual(options('env = '), ['production', 'staging']);
  assert.deepEqual(options('env = production '), ['and', 'or']);
  assert.ok(options('env = production and ').includes('os'));
  assert.deepEqual(options('env = production and group = f'), ['front']);
});

test('values with spaces are offered in quotes', () => {
  assert.deepEqual(options('os = '), ['"debian 12"']);
  assert.equal(quoted('say "hi"'), '"say \\"hi\\""');
  assert.equal(quoted('and'), '"and"');
});

test('an option takes the place of the word under the caret', () => {
  const text = 'env = prod and tag = web';
  const done = insert(text, complete(text, 10, vocabulary), 'production');
  assert.equal(done.text, 'env = production and tag = web');
  assert.equal(done.caret, 'env = production '.length);
});

test('conditions are split at the outer and, and not at all where or is', () => {
  assert.deepEqual(conditions('env = a and (tag = b or tag = c) and os = d'), ['env = a', '(tag = b or tag = c)', 'os = d']);
  assert.deepEqual(conditions('tag in (a, b) and os = d'), ['tag in (a, b)', 'os = d']);
  for (const text of ['env = a or env = b', 'web, db', 'web | db', 'web|db', 'env = a && web']) assert.equal(conditions(text), null, text);
});

test('filters are joined without changing their meaning', () => {
  assert.equal(both('a = 1 or b = 2', 'c = 3'), '(a = 1 or b = 2) and c = 3');
  assert.equal(both('', 'c = 3'), 'c = 3');
  assert.equal(byNames(['web-01', 'odd name']), 'name in (web-01, "odd name")');
  assert.equal(byNames(['web-01']), 'name = web-01');
});

test('everything that a list shows is one filter, its status too', () => {
  assert.equal(shownBy('', undefined), 'all');
  assert.equal(shownBy('', 'retired'), 'status = retired');
  assert.equal(shownBy('env = a', undefined), 'env = a');
  assert.equal(shownBy('env = a or env = b', 'retired'), '(env = a or env = b) and status = retired');
  assert.equal(shownBy('web, db', 'retired'), '(web, db) and status = retired');
  assert.equal(shownBy('web | db', 'retired'), '(web | db) and status = retired');
});
