import type { Problem } from '../../../lib/api';
import { placesAt } from '../../../http';
import { firstWindow } from '../../../lib/calendarform';
import type { WindowForm, WindowKind } from '../../../lib/calendarform';
import { calendarDays } from '../../../lib/closures';
import { dayNames } from '../../../lib/zones';
import { Button } from '../../../parts/Button';
import { Field } from '../../../parts/Field';
import { MomentInput } from '../../../parts/MomentInput';
import { Toggles } from '../../../parts/Toggles';

const kinds: [WindowKind, string][] = [
  ['weekly', 'Days of the week'],
  ['dates', 'Whole days'],
  ['span', 'One span of time'],
  ['rule', 'A rule (RRULE)'],
];
const week = [1, 2, 3, 4, 5, 6, 0];

/** The windows of one sort, each of its own kind. */
export function WindowsEditor({
  label,
  noun,
  first,
  windows,
  pointer,
  problem,
  onChange,
}: {
  label: string;
  noun: string;
  first: WindowKind;
  windows: WindowForm[];
  pointer: string;
  problem: Problem | undefined;
  onChange: (windows: WindowForm[]) => void;
}) {
  return (
    <div className="methods">
      {windows.map((window, at) => (
        <WindowEditor
          key={at}
          label={`${label} ${at + 1}`}
          window={window}
          pointer={`${pointer}/${at}`}
          problem={problem}
          onChange={(next) => onChange(windows.map((old, other) => (other === at ? next : old)))}
          onRemove={() => onChange(windows.filter((_, other) => other !== at))}
        />
      ))}
      <div>
        <Button small icon="plus" onClick={() => onChange([...windows, firstWindow(first)])} data-testid={`add-${noun}`}>
          Add a {noun}
        </Button>
      </div>
    </div>
  );
}

function WindowEditor({
  label,
  window,
  pointer,
  problem,
  onChange,
  onRemove,
}: {
  label: string;
  window: WindowForm;
  pointer: string;
  problem: Problem | undefined;
  onChange: (window: WindowForm) => void;
  onRemove: () => void;
}) {
  const set = (patch: Partial<WindowForm>) => onChange({ ...window, ...patch });
  const at = (name: string) => ({ problem, pointer: `${pointer}/${name}` });
  const clock = (key: 'from' | 'to', words: string) => (
    <Field label={words} className="field-short" {...at(`weekly/${key}`)}>
      <input
        type={window[key] === '24:00' ? 'text' : 'time'}
        value={window[key]}
        data-testid={`window-${key}`}
        onChange={(event) => set({ [key]: event.target.value })}
      />
    </Field>
  );
  const date = (key: 'firstDay' | 'lastDay', words: string, name: string) => (
    <Field label={words} optional={key === 'lastDay'} {...at(`dates/${name}`)}>
      <input type="date" value={window[key]} data-testid={`window-${key}`} onChange={(event) => set({ [key]: event.target.value })} />
    </Field>
  );
  const own = (problem?.errors ?? []).filter((place) => place.pointer === pointer);
  return (
    <fieldset className="method" data-testid="window">
      <legend>{label}</legend>
      <div className="method-tools">
        <Button small kind="quiet" icon="trash" aria-label={`Take away ${label.toLowerCase()}`} onClick={onRemove} />
      </div>
      <div className="form-row">
        <Field label="Kind" className="field-kind">
          <select value={window.kind} data-testid="window-kind" onChange={(event) => set({ kind: event.target.value as WindowKind })}>
            {kinds.map(([kind, word]) => (
              <option key={kind} value={kind}>
                {word}
              </option>
            ))}
          </select>
        </Field>
        <Field label="What it is" optional className="field-grow" {...at('name')}>
          <input
            type="text"
            value={window.name}
            placeholder="Christmas freeze"
            data-testid="window-name"
            onChange={(event) => set({ name: event.target.value })}
          />
        </Field>
      </div>
      {window.kind === 'weekly' ? (
        <>
          <Toggles
            label="Days"
            chosen={window.days}
            options={week.map((day) => ({ key: calendarDays[day] ?? 'mon', word: (dayNames[day] ?? '').slice(0, 2), name: dayNames[day] ?? '' }))}
            onChange={(days) => set({ days })}
          />
          <div className="form-row">
            {clock('from', 'From')}
            {clock('to', 'Until')}
            {window.to <= window.from ? <span className="field-hint window-over">goes over midnight, into the next day</span> : null}
          </div>
          {placesAt(problem?.errors, `${pointer}/weekly/days`).map((place) => (
            <p key={place.detail} className="field-error">
              {place.detail}
            </p>
          ))}
        </>
      ) : null}
      {window.kind === 'dates' ? (
        <div className="form-row">
          {date('firstDay', 'First day', 'from')}
          {date('lastDay', 'Last day', 'to')}
        </div>
      ) : null}
      {window.kind === 'span' ? (
        <div className="form-row">
          <Field label="From" {...at('span/from')}>
            <MomentInput value={window.begin} onChange={(begin) => set({ begin })} />
          </Field>
          <Field label="Until" {...at('span/to')}>
            <MomentInput value={window.end} onChange={(end) => set({ end })} />
          </Field>
        </div>
      ) : null}
      {window.kind === 'rule' ? (
        <>
          <Field label="Rule of RFC 5545" {...at('rule/rule')}>
            <input
              type="text"
              className="mono"
              spellCheck={false}
              placeholder="FREQ=MONTHLY;BYDAY=1SU"
              value={window.rule}
              data-testid="window-rule"
              onChange={(event) => set({ rule: event.target.value })}
            />
          </Field>
          <div className="form-row">
            <Field label="Counts from" {...at('rule/start')}>
              <MomentInput value={window.start} onChange={(start) => set({ start })} testId="window-start" />
            </Field>
            <Field label="Each lasts" className="field-short" {...at('rule/duration')}>
              <input type="text" value={window.duration} placeholder="4h" onChange={(event) => set({ duration: event.target.value })} />
            </Field>
          </div>
        </>
      ) : null}
      {own.map((place) => (
        <p key={place.detail} className="field-error">
          {place.detail}
        </p>
      ))}
    </fieldset>
  );
}
