import assert from 'node:assert/strict';
import { test } from 'node:test';
import { draftOf, emptyJob, isChanged, isChecked, leadingSide, moved, nextDraft, tidy, withoutStep, withStep } from '../src/lib/jobstate';
import { firstValues, readValues } from '../src/lib/parameters';
import type { JobDefinition } from '../src/api.gen';

const definition: JobDefinition = { name: 'a', steps: [{ name: 'one', command: 'ls' }] };
const yaml = 'name: a\nsteps:\n- name: one\n  command: ls\n';

test('a loaded job is unchanged and led by its YAML', () => {
  const draft = draftOf(definition, yaml);
  assert.equal(isChanged(draft), false);
  assert.deepEqual(leadingSide(draft), { yaml });
});

test('an edit of the form waits for its check, then the YAML follows', () => {
  const changed: JobDefinition = { ...definition, name: 'b' };
  let draft = nextDraft(draftOf(definition, yaml), { kind: 'form', definition: changed });
  assert.equal(isChecked(draft), false);
  assert.deepEqual(leadingSide(draft), { definition: changed });
  draft = nextDraft(draft, {
    kind: 'checked',
    edit: draft.edit,
    check: { valid: true, errors: [], definition: changed, yaml: 'name: b\n' },
  });
  assert.equal(draft.yaml, 'name: b\n');
  assert.ok(isChecked(draft) && isChanged(draft) && draft.valid);
});

test('an edit of the YAML brings the form along and keeps the text as it was typed', () => {
  const text = '# why\nname: c\n';
  let draft = nextDraft(draftOf(definition, yaml), { kind: 'yaml', yaml: text });
  draft = nextDraft(draft, {
    kind: 'checked',
    edit: draft.edit,
    check: { valid: true, errors: [], definition: { ...definition, name: 'c' }, yaml: 'name: c\n' },
  });
  assert.equal(draft.yaml, text);
  assert.equal(draft.definition?.name, 'c');
});

test('YAML that cannot be read keeps the last form and shows its errors', () => {
  let draft = nextDraft(draftOf(definition, yaml), { kind: 'yaml', yaml: 'name: [' });
  draft = nextDraft(draft, {
    kind: 'checked',
    edit: draft.edit,
    check: { valid: false, errors: [{ detail: 'not closed', line: 1 }], yaml: 'name: [' },
  });
  assert.equal(draft.definition?.name, 'a');
  assert.equal(draft.errors.length, 1);
  assert.equal(draft.valid, false);
});

test('the check of an older edit is dropped', () => {
  let draft = nextDraft(draftOf(definition, yaml), { kind: 'yaml', yaml: 'x' });
  const old = draft.edit;
  draft = nextDraft(draft, { kind: 'yaml', yaml: 'xy' });
  const after = nextDraft(draft, { kind: 'checked', edit: old, check: { valid: true, errors: [], yaml: 'x' } });
  assert.equal(after, draft);
});

test('saving makes the saved text the measure of change', () => {
  let draft = nextDraft(draftOf(emptyJob(), ''), { kind: 'form', definition });
  draft = nextDraft(draft, { kind: 'saved', yaml, definition });
  assert.equal(isChanged(draft), false);
  assert.ok(isChecked(draft));
});

test('empty optional fields leave the definition, needed ones stay', () => {
  assert.deepEqual(
    tidy({
      name: '',
      description: '',
      targets: '',
      parameters: [],
      steps: [{ name: 'one', command: '', environment: { A: '' }, working_directory: '' }],
    }),
    { name: '', steps: [{ name: 'one', command: '', environment: { A: '' } }] },
  );
});

test('steps move and stay complete', () => {
  assert.deepEqual(moved(['a', 'b', 'c'], 0, 2), ['b', 'c', 'a']);
  assert.deepEqual(moved(['a', 'b'], 1, -4), ['b', 'a']);
});

test('launch values are typed, defaults shown, and what is missing is named', () => {
  const parameters = [
    { name: 'count', type: 'integer' as const, default: 3 },
    { name: 'mode', type: 'choice' as const, choices: ['fast', 'full'], required: true },
    { name: 'force', type: 'boolean' as const },
    { name: 'word', type: 'string' as const, pattern: '[a-z]+' },
  ];
  const typed = firstValues(parameters);
  assert.deepEqual(typed, { count: '3', mode: '', force: false, word: '' });
  assert.deepEqual(Object.keys(readValues(parameters, typed).errors), ['mode']);
  assert.deepEqual(readValues(parameters, { count: '4', mode: 'full', force: true, word: 'abc' }), {
    values: { count: 4, mode: 'full', force: true, word: 'abc' },
    errors: {},
  });
  assert.deepEqual(Object.keys(readValues(parameters, { count: '4.5', mode: 'other', force: false, word: 'a1' }).errors), [
    'count',
    'mode',
    'word',
  ]);
});

test('what an empty list or text says is kept: no needs, an approval without more, an output that is not written yet', () => {
  const job: JobDefinition = {
    name: 'a',
    steps: [
      { name: 'one', command: 'ls', needs: [], outputs: { value: { pattern: '' } }, rollback: { command: '' } },
      { name: 'two', approval: { message: '' } },
    ],
    rollout: { canary: '' },
  };
  assert.deepEqual(tidy(job), {
    name: 'a',
    steps: [
      { name: 'one', command: 'ls', needs: [], outputs: { value: { pattern: '' } }, rollback: { command: '' } },
      { name: 'two', approval: {} },
    ],
  });
});

test('who waits for a step follows its new name, and waits no more when it is gone', () => {
  const steps = [
    { name: 'one', command: 'ls' },
    { name: 'two', command: 'ls', needs: ['one'] },
  ];
  assert.deepEqual(withStep(steps, 0, { name: 'first', command: 'ls' })[1]?.needs, ['first']);
  assert.deepEqual(withoutStep(steps, 0), [{ name: 'two', command: 'ls', needs: [] }]);
});

test('errors of what was sent as a form stand at the fields of the form', () => {
  const draft = nextDraft(draftOf(definition, yaml), { kind: 'form', definition });
  const errors = [{ detail: 'wrong', pointer: '#/definition/steps/2/when' }, { detail: 'odd', pointer: '#/definitions' }];
  const checked = nextDraft(draft, { kind: 'checked', edit: draft.edit, check: { valid: false, errors, yaml } });
  assert.deepEqual(
    checked.errors.map((place) => place.pointer),
    ['#/steps/2/when', '#/definitions'],
  );
});
