import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queryString } from '../src/http';
import { match, safeNext, withQuery } from '../src/lib/router';

test('a pattern fits paths of its length and names their parts', () => {
  assert.deepEqual(match('/runs/:run', '/runs/J20260001.0001'), { run: 'J20260001.0001' });
  assert.deepEqual(match('/', '/'), {});
  assert.equal(match('/runs/:run', '/runs'), null);
  assert.equal(match('/runs', '/jobs'), null);
});

test('parts are decoded, and broken escapes are left as they are', () => {
  assert.deepEqual(match('/targets/:target', '/targets/a%20b'), { target: 'a b' });
  assert.deepEqual(match('/targets/:target', '/targets/%zz'), { target: '%zz' });
});

test('a query is changed in place and empty names go away', () => {
  assert.equal(withQuery('?a=1&b=2', { b: null, c: 3 }), '?a=1&c=3');
  assert.equal(withQuery('?a=1', { a: '' }), '');
});

test('after sign-in only a page of the app is opened', () => {
  assert.equal(safeNext('/runs?state=failed'), '/runs?state=failed');
  for (const bad of [null, 'https://evil.example', '//evil.example', '/\\evil.example', '/login?next=/']) assert.equal(safeNext(bad), '/');
});

test('lists in a query are separated by commas and absent values are left out', () => {
  assert.equal(
    queryString({ state: ['failed', 'lost'], search: 'a b&c', cursor: undefined, branch: 0, none: [] }),
    '?state=failed,lost&search=a%20b%26c&branch=0',
  );
});
