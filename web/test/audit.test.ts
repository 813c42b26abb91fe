import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProblemError, requestLines } from '../src/http';
import { auditAddress, auditQuery, fromLocalInput, localInput, objectAddress } from '../src/lib/auditquery';
import { changesOf, isLong, leaves, pointerWords, readable, sortedText, valueText } from '../src/lib/changes';
import { readHeads } from '../src/lib/heads';
import { LineSplitter } from '../src/lib/linesplitter';
import { hear, notHeardOf, verdict } from '../src/lib/verification';

const now = Date.parse('2026-11-27T12:34:56Z');

test('the address says which entries', () => {
  assert.deepEqual(auditQuery(new URLSearchParams('actor=anna&action=job.&text=%20disk%20&other=1&kind='), now), {
    actor: 'anna',
    action: 'job.',
    text: 'disk',
  });
  assert.deepEqual(auditQuery(new URLSearchParams('span=24h'), now), { since: '2026-11-26T12:34:00.000Z' });
  assert.deepEqual(auditQuery(new URLSearchParams('since=2026-11-01T00:00:00Z&until=tomorrow'), now), { since: '2026-11-01T00:00:00.000Z' });
  assert.equal(auditAddress({ kind: 'job', object: 'a&b', text: '' }), '/audit?kind=job&object=a%26b');
  assert.equal(auditAddress({}), '/audit');
});

test('objects lead to their pages where they have one', () => {
  assert.equal(objectAddress('job', 'j/1'), '/jobs/j%2F1');
  assert.equal(objectAddress('execution', 'e1'), '/runs/e1');
  assert.equal(objectAddress('toString', 'x'), undefined);
  assert.equal(objectAddress('something', 'x'), undefined);
});

test('times are typed in the zone that is shown', () => {
  assert.equal(localInput('2026-11-27T12:34:56Z', 'utc'), '2026-11-27T12:34');
  assert.equal(fromLocalInput('2026-11-27T12:34', 'utc'), '2026-11-27T12:34:00.000Z');
  const local = localInput('2026-11-27T12:34:00Z', 'local');
  assert.equal(fromLocalInput(local, 'local'), '2026-11-27T12:34:00.000Z');
  assert.equal(localInput('never', 'utc'), '');
  assert.equal(fromLocalInput('', 'utc'), null);
});

test('places are read as people read them', () => {
  assert.equal(pointerWords('/steps/0/command'), 'steps › 1 › command');
  assert.equal(pointerWords('/labels/a~1b~0c'), 'labels › a/b~c');
  assert.equal(pointerWords(''), 'the whole');
});

test('what came or went is shown value by value, what changed by its differences', () => {
  const state = { name: 'web', tags: ['a', 'b'], facts: {}, 'a/b': null };
  assert.deepEqual(leaves(state), [
    ['/name', 'web'],
    ['/tags/0', 'a'],
    ['/tags/1', 'b'],
    ['/facts', {}],
    ['/a~1b', null],
  ]);
  assert.deepEqual(changesOf({ after: { name: 'web' }, differences: [] }), [{ pointer: '/name', after: 'web' }]);
  assert.deepEqual(changesOf({ before: { name: 'web' }, differences: [] }), [{ pointer: '/name', before: 'web' }]);
  const difference = { pointer: '/name', before: 'web', after: 'db' };
  assert.deepEqual(changesOf({ before: { name: 'web' }, after: { name: 'db' }, differences: [difference] }), [difference]);
  assert.deepEqual(changesOf({ differences: [] }), []);
  // A state that is null is a state, and one that is false too.
  assert.deepEqual(changesOf({ after: false, differences: [] }), [{ pointer: '', after: false }]);
});

test('texts of several lines are compared line by line', () => {
  assert.equal(isLong({ pointer: '/a', before: 'one\ntwo', after: 'one' }), true);
  assert.equal(isLong({ pointer: '/a', before: 'one', after: 'two' }), false);
  assert.equal(isLong({ pointer: '/a', after: 'one\ntwo' }), false);
  assert.equal(isLong({ pointer: '/a', before: { b: 'x\ny' }, after: 'x\ny' }), false);
  assert.equal(valueText('as it is'), 'as it is');
  assert.equal(valueText(12), '12');
  assert.equal(valueText({ a: [1] }), '{"a":[1]}');
  assert.equal(valueText(['x'.repeat(60)]), `[\n  "${'x'.repeat(60)}"\n]`);
  assert.equal(sortedText({ b: 1, a: { d: 2, c: 3 } }), sortedText({ a: { c: 3, d: 2 }, b: 1 }));
  assert.equal(sortedText(undefined), '');
  assert.equal(readable('{"a":1}'), '{\n  "a": 1\n}');
  assert.equal(readable('Subject: a'), 'Subject: a');
});

const head = { source: 'jobs', number: 7, hash: 'ab', at: '2026-11-27T12:00:00Z', key: 'k', signature: 's' };

test('heads are read however they were kept', () => {
  const line = JSON.stringify(head);
  for (const text of [line, `[${line}]`, `{"items":[${line}]}`, `\n${line}\n\n`]) {
    assert.deepEqual(readHeads(text), [head]);
  }
  assert.deepEqual(readHeads(`${line}\n${line}`), [head, head]);
  assert.deepEqual(readHeads('  '), []);
  assert.deepEqual(readHeads(JSON.stringify({ ...head, more: 1 })), [head]);
  assert.throws(() => readHeads(`${line}\n{nonsense`), /Line 2/);
  assert.throws(() => readHeads('{"source":"jobs"}'), /Head 1 lacks/);
});

test('lines are told once they are complete', () => {
  const told: string[] = [];
  const splitter = new LineSplitter((line) => told.push(line));
  splitter.take('{"a"');
  assert.deepEqual(told, []);
  splitter.take(':1}\n\n{"b":2}\n{"c"');
  assert.deepEqual(told, ['{"a":1}', '{"b":2}']);
  splitter.take(':3}');
  splitter.end();
  splitter.end();
  assert.deepEqual(told, ['{"a":1}', '{"b":2}', '{"c":3}']);
});

test('a verification is told as it goes, and judged at its end', () => {
  const fault = { source: 'jobs', number: 3, kind: 'edited' as const, detail: 'It is not what it was.' };
  let known = hear(notHeardOf, { source: 'jobs', checked: 20_000, total: 40_000, is_done: false });
  known = hear(known, { source: 'jobs', checked: 20_001, total: 40_000, is_done: false, fault });
  assert.equal(known.isDone, false);
  assert.equal(known.source, 'jobs');
  const chains = [{ source: 'jobs', number: 40_000, hash: 'x', at: '2026-11-27T12:00:00Z' }];
  known = hear(known, { checked: 40_000, total: 40_000, is_done: true, chains });
  assert.deepEqual(known, { checked: 40_000, total: 40_000, source: undefined, isDone: true, faults: [fault], chains });
  assert.match(verdict(known), /^1 fault in 1 chain;/);
  assert.equal(verdict({ ...known, faults: [], chains: [...chains, ...chains] }), 'All 40\u202f000 entries of 2 chains are as written, and all are complete.');
  assert.equal(verdict({ ...known, faults: [], checked: 1 }), 'The one entry of 1 chain is as written, and it is complete.');
});

test('lines of an answer are told as they come, and one that breaks off is a problem', async () => {
  const answer = (status: number, kind: string, pieces: string[], breaksOff = false) => {
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of pieces) controller.enqueue(encoder.encode(piece));
        if (!breaksOff) controller.close();
      },
      pull(controller) {
        if (breaksOff) controller.error(new TypeError('network error'));
      },
    });
    globalThis.fetch = () => Promise.resolve(new Response(body, { status, headers: { 'content-type': kind } }));
  };
  const told: unknown[] = [];
  const ask = () => requestLines<unknown>('POST', '/api/audit/verify', { body: {} }, (line) => told.push(line));
  answer(200, 'application/jsonl', ['{"a":"ü"}\n{"b":', '2}']);
  await ask();
  assert.deepEqual(told, [{ a: 'ü' }, { b: 2 }]);
  answer(200, 'application/jsonl', ['{"c":3}\n{"d"'], true);
  await assert.rejects(ask, (error: ProblemError) => error.problem.title === 'The answer broke off');
  assert.deepEqual(told.slice(2), [{ c: 3 }]);
  answer(503, 'application/problem+json', ['{"type":"/problems/unavailable","title":"Away","status":503,"detail":"It is away."}']);
  await assert.rejects(ask, (error: ProblemError) => error.problem.detail === 'It is away.');
});
