import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Occurrence } from '../src/api.gen';
import { calendarSpans, daysWords, joined, readDuration, ruleKey, windowSpans, windowWords, without } from '../src/lib/closures';
import { daysFrom, layOutDay, layOutWeek, neighbour } from '../src/lib/week';
import { addDays, changesClocks, dateText, inZone, instantOf, localTime, mondayOf, offsetAt, readDate, readInstant, shortDate, zonedText } from '../src/lib/zones';

const berlin = 'Europe/Berlin';
const utc = (text: string) => Date.parse(text);
const date = (text: string) => readDate(text) ?? { year: 0, month: 0, day: 0 };

test('local times are found on both sides of a change of clocks', () => {
  assert.equal(instantOf(berlin, { ...date('2026-11-27'), hour: 2 }), utc('2026-11-27T01:00:00Z'));
  assert.equal(instantOf(berlin, { ...date('2026-03-29'), hour: 2, minute: 30 }), utc('2026-03-29T01:00:00Z'));
  assert.equal(instantOf(berlin, { ...date('2026-10-25'), hour: 2, minute: 30 }), utc('2026-10-25T00:30:00Z'));
  assert.equal(instantOf('UTC', date('2026-10-25')), utc('2026-10-25T00:00:00Z'));
  assert.equal(instantOf('America/Sao_Paulo', date('2018-11-04')), utc('2018-11-04T03:00:00Z'));
  assert.equal(offsetAt(berlin, utc('2026-07-01T00:00:00Z')), 120);
  assert.equal(localTime('Asia/Kolkata', utc('2026-01-01T00:00:00Z')).minute, 30);
  assert.equal(changesClocks(berlin, utc('2026-01-01T00:00:00Z')), true);
  assert.equal(changesClocks('UTC', utc('2026-01-01T00:00:00Z')), false);
});

test('dates are counted, read and said', () => {
  assert.equal(dateText(addDays(date('2026-12-31'), 1)), '2027-01-01');
  assert.equal(dateText(mondayOf(date('2026-11-29'))), '2026-11-23');
  assert.equal(readDate('2026-02-30'), null);
  assert.equal(readInstant(berlin, '2026-12-31T18:00'), utc('2026-12-31T17:00:00Z'));
  assert.equal(readInstant(berlin, '2026-12-31T18:00:00Z'), utc('2026-12-31T18:00:00Z'));
  assert.equal(readInstant(berlin, 'soon'), undefined);
  assert.equal(shortDate(date('2026-11-27'), 2026), 'Fri 27 Nov');
  assert.equal(inZone(berlin, 'It lasts until 2031-01-02T23:00:00.000Z.'), 'It lasts until Fri 3 Jan 2031 00:00.');
  assert.equal(inZone(berlin, 'Nothing to say.'), 'Nothing to say.');
  assert.equal(zonedText(berlin, utc('2026-11-27T01:00:00Z'), utc('2026-11-27T01:00:00Z')), 'Fri 27 Nov 02:00');
});

test('a day with a change of clocks has 23 or 25 hours', () => {
  const [spring] = daysFrom(berlin, date('2026-03-29'), 1);
  const [autumn] = daysFrom(berlin, date('2026-10-25'), 1);
  assert.equal(((spring?.to ?? 0) - (spring?.from ?? 0)) / 3_600_000, 23);
  assert.equal(((autumn?.to ?? 0) - (autumn?.from ?? 0)) / 3_600_000, 25);
});

const at = (time: string, name = 'n', day = '2026-11-27'): Occurrence => ({
  schedule: name,
  serial: name,
  name,
  job: 'j',
  at: `${day}T${time}:00.000Z`,
  state: 'planned',
});

test('occurrences at the same time stand beside each other, more than fit become one block with a number', () => {
  const two = layOutDay([at('02:00', 'a'), at('02:10', 'b'), at('02:35', 'c')], 'UTC', 3);
  assert.deepEqual(
    two.map((block) => [block.minute, block.column, block.columns]),
    [
      [120, 0, 2],
      [130, 1, 2],
      [155, 0, 2],
    ],
  );
  const many = layOutDay(
    Array.from({ length: 12 }, (_, number) => at(`09:${String(number).padStart(2, '0')}`, `s${number}`)),
    'UTC',
    3,
  );
  assert.deepEqual(
    many.map((block) => [block.occurrences.length, block.columns]),
    [[12, 1]],
  );
  const alone = layOutDay([at('23:50', 'late')], 'UTC', 3);
  assert.equal(alone[0]?.minute, 1410);
});

test('bundles of a crowded hour do not overlap', () => {
  const blocks = layOutDay(
    Array.from({ length: 60 }, (_, number) => at(`09:${String(number).padStart(2, '0')}`, `s${number}`)),
    'UTC',
    3,
  );
  assert.deepEqual(
    blocks.map((block) => [block.minute, block.occurrences.length]),
    [
      [540, 30],
      [570, 30],
    ],
  );
});

test('what fires often is counted by day above the hours', () => {
  const often = Array.from({ length: 96 }, (_, number) =>
    at(`${String(Math.floor(number / 4)).padStart(2, '0')}:${String((number % 4) * 15).padStart(2, '0')}`, 'metrics'),
  );
  const layout = layOutWeek([...often, at('02:00', 'backup')], 'UTC', date('2026-11-23'), 7, 3);
  assert.equal(layout.often.length, 1);
  assert.equal(layout.often[0]?.days[4]?.length, 96);
  assert.deepEqual(
    layout.days.map((day) => day.count),
    [0, 0, 0, 0, 1, 0, 0],
  );
  assert.equal(layOutWeek([at('02:00', 'cut')], 'UTC', date('2026-11-23'), 7, 3, ['cut']).often[0]?.isCut, true);
});

test('arrow keys lead to the nearest block of the next day that has one', () => {
  const { days } = layOutWeek([at('02:00', 'a'), at('12:00', 'b'), at('11:00', 'c', '2026-11-29')], 'UTC', date('2026-11-23'), 7, 3);
  const keys = days.flatMap((day) => day.blocks.map((block) => block.key));
  assert.equal(neighbour(days, keys[0] ?? '', 'down'), keys[1]);
  assert.equal(neighbour(days, keys[1] ?? '', 'right'), keys[2]);
  assert.equal(neighbour(days, keys[2] ?? '', 'left'), keys[1]);
  assert.equal(neighbour(days, keys[0] ?? '', 'up'), undefined);
  assert.equal(neighbour(days, keys[2] ?? '', 'right'), undefined);
});

test('windows of the week go over midnight, and dates take whole days', () => {
  const night = { weekly: { days: ['fri' as const], from: '22:00', to: '06:00' } };
  const [from, to] = [utc('2026-11-23T00:00:00Z'), utc('2026-11-30T00:00:00Z')];
  assert.deepEqual(
    windowSpans(night, berlin, from, to).map((span) => [new Date(span.from).toISOString(), new Date(span.to).toISOString()]),
    [['2026-11-27T21:00:00.000Z', '2026-11-28T05:00:00.000Z']],
  );
  const day = { name: 'Freeze', dates: { from: '2026-11-26', to: '2026-11-26' } };
  assert.deepEqual(windowSpans(day, 'UTC', from, to), [{ from: utc('2026-11-26T00:00:00Z'), to: utc('2026-11-27T00:00:00Z'), name: 'Freeze' }]);
  assert.deepEqual(windowSpans({ weekly: { days: ['sun'], from: '20:00', to: '24:00' } }, 'UTC', from, to).length, 1);
  assert.deepEqual(windowSpans({ span: { from: '2026-11-24T10:00', to: '2026-11-24T11:00' } }, berlin, from, to)[0]?.from, utc('2026-11-24T09:00:00Z'));
});

test('the windows of a rule begin when the server says', () => {
  const window = { rule: { rule: 'FREQ=MONTHLY', start: '2026-01-01T00:00', duration: '1h30m' } };
  const start = utc('2026-11-24T00:00:00Z');
  assert.deepEqual(windowSpans(window, 'UTC', start - 1, start + 1e8, [start]), [{ from: start, to: start + 5_400_000, name: '' }]);
  assert.equal(ruleKey(window, 'UTC'), 'UTC|2026-01-01T00:00|FREQ=MONTHLY');
  assert.equal(readDuration('1h30m'), 5_400_000);
  assert.equal(readDuration('soon'), undefined);
});

test('a calendar is closed outside of its windows and in its blackouts', () => {
  const definition = {
    name: 'c',
    openings: [{ weekly: { days: ['mon' as const], from: '00:00', to: '24:00' } }],
    blackouts: [{ name: 'x', span: { from: '2026-11-23T10:00', to: '2026-11-23T11:00' } }],
  };
  const [from, to] = [utc('2026-11-23T00:00:00Z'), utc('2026-11-25T00:00:00Z')];
  const { closed } = calendarSpans(definition, from, to, new Map());
  assert.deepEqual(
    closed.map((span) => [new Date(span.from).toISOString().slice(5, 16), new Date(span.to).toISOString().slice(5, 16)]),
    [
      ['11-23T10:00', '11-23T11:00'],
      ['11-24T00:00', '11-25T00:00'],
    ],
  );
  assert.deepEqual(without(0, 10, [{ from: 2, to: 4, name: '' }]).length, 2);
  assert.deepEqual(joined([{ from: 0, to: 5, name: 'a' }, { from: 5, to: 9, name: 'b' }]), [{ from: 0, to: 9, name: 'a, b' }]);
});

test('windows are said in words', () => {
  assert.equal(windowWords({ weekly: { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '22:00', to: '06:00' } }), 'Mon to Fri 22:00 to 06:00');
  assert.equal(daysWords(['sun', 'sat']), 'Sat, Sun');
  assert.equal(daysWords(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']), 'every day');
  assert.equal(windowWords({ name: 'Freeze', dates: { from: '2026-12-24', to: '2027-01-03' } }), 'Freeze: 2026-12-24 to 2027-01-03');
});
