import type { Problem } from '../../../lib/api';
import { placesAt } from '../../../http';
import { build } from '../../../lib/builder';
import { builderError } from '../../../lib/scheduleform';
import type { TimingForm, TimingMode } from '../../../lib/scheduleform';
import { changesClocks, isZone } from '../../../lib/zones';
import { Button } from '../../../parts/Button';
import { Field } from '../../../parts/Field';
import { Fold } from '../../../parts/Fold';
import { MomentInput } from '../../../parts/MomentInput';
import { Segments } from '../../../parts/Segments';
import { ZonePicker } from '../../../parts/ZonePicker';
import { BuilderEditor } from './BuilderEditor';
import { ClocksEditor } from './ClocksEditor';

const modes: [TimingMode, string][] = [
  ['builder', 'Days and times'],
  ['every', 'Interval'],
  ['at', 'Single dates'],
  ['cron', 'Cron'],
  ['rule', 'RRULE'],
];
const intervals = ['5m', '15m', '30m', '1h', '6h', '12h', '1d'];

/** When a schedule is due. */
export function TimingEditor({
  form,
  problem,
  onChange,
}: {
  form: TimingForm;
  problem: Problem | undefined;
  onChange: (form: TimingForm) => void;
}) {
  const set = (patch: Partial<TimingForm>) => onChange({ ...form, ...patch });
  const change = (mode: TimingMode) => {
    // What the builder says is where one goes on by hand.
    const built = build(form.builder);
    const patch: Partial<TimingForm> = { mode };
    if (form.mode === 'builder' && 'cron' in built && mode === 'cron') patch.cron = built.cron;
    if (form.mode === 'builder' && 'rule' in built && mode === 'rule') patch.rule = built.rule;
    set(patch);
  };
  const zone = form.zone.trim() === '' ? 'UTC' : form.zone.trim();
  const wrong = (name: string) => placesAt(problem?.errors, `#/timing/${name}`).map((place) => place.detail).join(' ');
  const limits = ['start', 'end', 'most_runs'];
  const isRule = form.mode === 'rule' || (form.mode === 'builder' && 'rule' in build(form.builder));
  return (
    <>
      <Segments label="How to say when" value={form.mode} options={modes} onChange={change} testId="timing" />
      {form.mode === 'builder' ? (
        <BuilderEditor
          builder={form.builder}
          error={builderError(form) || [wrong('cron'), wrong('rule')].filter(Boolean).join(' ')}
          onChange={(builder) => set({ builder })}
        />
      ) : null}
      {form.mode === 'cron' ? (
        <Field
          label="Cron expression"
          hint={
            <>
              Minute, hour, day, month, weekday; with six fields the second comes first. <code>L</code>, <code>15W</code>, <code>5#3</code> and{' '}
              <code>H</code> are known, and names such as <code>@daily</code>.
            </>
          }
          problem={problem}
          pointer="#/timing/cron"
        >
          <input
            type="text"
            className="mono"
            spellCheck={false}
            autoComplete="off"
            placeholder="30 2 * * MON-FRI"
            value={form.cron}
            data-testid="timing-cron-text"
            onChange={(event) => set({ cron: event.target.value })}
          />
        </Field>
      ) : null}
      {form.mode === 'every' ? (
        <Field
          label="Every"
          hint={
            <>
              In real time, whatever the clocks do:{' '}
              {intervals.map((one) => (
                <button key={one} type="button" className="textlink offer" onClick={() => set({ every: one })}>
                  {one}
                </button>
              ))}
            </>
          }
          problem={problem}
          pointer="#/timing/every"
        >
          <input
            type="text"
            className="mono short"
            spellCheck={false}
            autoComplete="off"
            placeholder="1h30m"
            value={form.every}
            data-testid="timing-every-text"
            onChange={(event) => set({ every: event.target.value })}
          />
        </Field>
      ) : null}
      {form.mode === 'at' ? <Dates form={form} error={wrong('at')} set={set} /> : null}
      {form.mode === 'rule' ? (
        <Field
          label="Rule of RFC 5545"
          hint="It counts from the start below; what it leaves open, such as the time of day, is as in the start."
          problem={problem}
          pointer="#/timing/rule"
        >
          <input
            type="text"
            className="mono"
            spellCheck={false}
            autoComplete="off"
            placeholder="FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=18;BYMINUTE=0"
            value={form.rule}
            data-testid="timing-rule-text"
            onChange={(event) => set({ rule: event.target.value })}
          />
        </Field>
      ) : null}
      {isRule && form.start === '' ? <p className="field-hint">It counts from the beginning of today; another beginning is set below.</p> : null}
      <ZonePicker value={form.zone} onChange={(next) => set({ zone: next })} problem={problem} pointer="#/timing/zone" />
      {isZone(zone) && form.mode !== 'every' ? <ClocksEditor form={form} zone={zone} changes={changesClocks(zone, Date.now())} set={set} /> : null}
      <Fold
        title="Begin, end and how often"
        isSet={form.start !== '' || form.end !== '' || form.mostRuns !== ''}
        isWrong={limits.some((name) => wrong(name) !== '')}
        testId="timing-limits"
      >
        <div className="form-row">
          <Field label="Not before" optional problem={problem} pointer="#/timing/start">
            <MomentInput value={form.start} onChange={(start) => set({ start })} testId="timing-start" />
          </Field>
          <Field label="Not from this on" optional problem={problem} pointer="#/timing/end">
            <MomentInput value={form.end} onChange={(end) => set({ end })} testId="timing-end" />
          </Field>
          <Field label="At most so often" optional problem={problem} pointer="#/timing/most_runs">
            <input
              type="number"
              min={1}
              placeholder="no limit"
              value={form.mostRuns}
              data-testid="timing-most"
              onChange={(event) => set({ mostRuns: event.target.value })}
            />
          </Field>
        </div>
        <p className="field-hint">Local times of the zone above.</p>
      </Fold>
    </>
  );
}

function Dates({ form, error, set }: { form: TimingForm; error: string; set: (patch: Partial<TimingForm>) => void }) {
  return (
    <fieldset className="field">
      <legend className="field-label">On these dates</legend>
      <div className="dates">
        {form.at.map((one, at) => (
          <span key={at} className="builder-time">
            <MomentInput
              value={one}
              label={`Date ${at + 1}`}
              testId="timing-date"
              onChange={(text) => set({ at: form.at.map((old, other) => (other === at ? text : old)) })}
            />
            {form.at.length > 1 ? (
              <Button
                small
                kind="quiet"
                icon="close"
                aria-label={`Take away date ${at + 1}`}
                onClick={() => set({ at: form.at.filter((_, other) => other !== at) })}
              />
            ) : null}
          </span>
        ))}
        <Button small icon="plus" onClick={() => set({ at: [...form.at, ''] })}>
          Another date
        </Button>
      </div>
      {error ? <p className="field-error">{error}</p> : null}
    </fieldset>
  );
}
