import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NotificationRoute, TemplateName } from '../src/api.gen';
import { channelState, filterWords, minutesText, quietText, rhythmWords, subjectParts } from '../src/lib/notices';
import { draftOf, newDraft, sameDraft, wishOf } from '../src/lib/routedraft';
import { completeName, insertName } from '../src/lib/templates';

const names: TemplateName[] = ['event.kind', 'event.title', 'execution.serial', 'job.name'].map((name) => ({ name, summary: '', sample: null }));
const offered = (text: string, caret = text.length) => completeName(text, caret, names)?.names.map(({ name }) => name);

test('names are offered inside of braces only', () => {
  assert.deepEqual(offered('{{'), names.map(({ name }) => name));
  assert.deepEqual(offered('Run {{ ev'), ['event.kind', 'event.title']);
  assert.deepEqual(offered('Run {{ name'), ['job.name']);
  assert.equal(offered('Run ev'), undefined);
  assert.equal(offered('{{ job.name }} ev'), undefined);
  assert.equal(offered('{{ "ev'), undefined);
  assert.deepEqual(offered('{{ "a" + ev'), ['event.kind', 'event.title']);
  assert.equal(offered('{{ job.name '), undefined);
  assert.equal(offered('{{ job.name'), undefined);
  assert.equal(offered('{'), undefined);
  assert.deepEqual(offered('{{ ev }} and more', 5), ['event.kind', 'event.title']);
});

test('a name takes the place of what was typed, and the braces are closed once', () => {
  const put = (text: string, caret: number, name: string) => {
    const completion = completeName(text, caret, names);
    assert.ok(completion);
    return insertName(text, completion as NonNullable<typeof completion>, name);
  };
  assert.deepEqual(put('Run {{ ev', 9, 'event.title'), { text: 'Run {{ event.title }}', caret: 21 });
  assert.deepEqual(put('{{', 2, 'job.name'), { text: '{{ job.name }}', caret: 14 });
  assert.deepEqual(put('{{ ev }} end', 5, 'event.kind'), { text: '{{ event.kind }} end', caret: 13 });
  assert.deepEqual(put('{{ ev and {{ job.name }}', 5, 'event.kind').text, '{{ event.kind }} and {{ job.name }}');
  // What stands behind the caret belongs to the name.
  assert.deepEqual(put('{{ event.kind }}', 6, 'execution.serial').text, '{{ execution.serial }}');
});

const route: NotificationRoute = {
  id: 'r',
  name: 'night',
  description: '',
  enabled: true,
  filter: { kinds: ['failed', 'failed_repeatedly'], jobs: ['backup-*'], scheduled: false, severity: 'warning', failures: 5 },
  channels: ['mail'],
  digest_minutes: 90,
  quiet_hours: { zone: 'Europe/Berlin', from: '22:00', to: '06:00', days: [0, 1] },
  most_per_hour: 10,
  repeat_minutes: 1440,
  revision: 3,
  created_at: '2026-11-27T12:00:00Z',
  updated_at: '2026-11-27T12:00:00Z',
};

test('a route is edited and sent without loss', () => {
  const { id, revision, created_at, updated_at, ...rest } = route;
  assert.deepEqual(wishOf(draftOf(route)), rest);
  assert.ok(id && revision && created_at && updated_at);
});

test('only what is set is sent', () => {
  assert.deepEqual(wishOf({ ...newDraft(), name: ' all ', channels: ['mail'], jobs: [' ', ''], failures: '4', subject: ' ' }), {
    name: 'all',
    description: '',
    enabled: true,
    filter: { kinds: ['failed'] },
    channels: ['mail'],
  });
  assert.ok(sameDraft(newDraft(), { ...newDraft(), jobs: [''] }));
  assert.ok(!sameDraft(newDraft(), { ...newDraft(), digest: '5' }));
});

test('routes are said in words', () => {
  assert.deepEqual(filterWords(route.filter), ['job backup-*', 'not started by a schedule', 'warning or critical']);
  assert.deepEqual(filterWords({ kinds: ['failed'], jobs: ['a', 'b', 'c', 'd', 'e'], severity: 'info' }), ['job a, b, c and 2 more']);
  assert.deepEqual(rhythmWords(route), ['gathered over 1 h 30 min', 'silent 22:00–06:00 Mon, Sun Europe/Berlin', 'at most 10 an hour', 'reminds every day']);
  assert.deepEqual(rhythmWords({}), []);
  assert.equal(minutesText(45), '45 min');
  assert.equal(minutesText(120), '2 h');
  assert.equal(minutesText(2880), '2 days');
  assert.equal(quietText({ zone: 'UTC', from: '01:00', to: '02:00', days: [0, 1, 2, 3, 4, 5, 6] }), 'silent 01:00–02:00 UTC');
});

test('a channel is as its last attempts went', () => {
  const now = Date.parse('2026-11-27T12:00:00Z');
  const state = (enabled: boolean, health: Parameters<typeof channelState>[0]['health']) => channelState({ enabled, health }, now);
  assert.equal(state(true, { failures: 0 }), 'unused');
  assert.equal(state(true, { failures: 0, last_sent_at: '2026-11-27T11:00:00Z' }), 'working');
  assert.equal(state(true, { failures: 2, last_error: 'no' }), 'failing');
  assert.equal(state(true, { failures: 5, paused_until: '2026-11-27T12:05:00Z' }), 'channel_paused');
  assert.equal(state(true, { failures: 5, paused_until: '2026-11-27T11:55:00Z' }), 'failing');
  assert.equal(state(false, { failures: 5 }), 'off');
});

test('an alert says what it is about', () => {
  assert.deepEqual(subjectParts('job nightly backup'), { kind: 'job', name: 'nightly backup' });
  assert.deepEqual(subjectParts('target web01'), { kind: 'target', name: 'web01' });
  assert.deepEqual(subjectParts('something else'), { kind: '', name: 'something else' });
});
