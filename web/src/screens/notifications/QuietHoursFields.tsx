import type { Problem, QuietHours } from '../../lib/api';
import { weekdays } from '../../lib/notices';
import { ownZone } from '../../lib/zones';
import { Check } from '../../parts/Check';
import { Field } from '../../parts/Field';
import { ZonePicker } from '../../parts/ZonePicker';

// A browser's own field for times may speak of a.m. and p.m., which nothing else here does.
const clock = { type: 'text', required: true, placeholder: '22:00', pattern: '[0-9]{1,2}:[0-9]{2}', maxLength: 5, autoComplete: 'off' } as const;

/** When a route is silent: hours of some days in a named time zone. */
export function QuietHoursFields({
  quiet,
  problem,
  onChange,
}: {
  quiet: QuietHours | null;
  problem: Problem | undefined;
  onChange: (quiet: QuietHours | null) => void;
}) {
  const set = (patch: Partial<QuietHours>) => {
    if (quiet) onChange({ ...quiet, ...patch });
  };
  const days = quiet?.days ?? [];
  const pick = (day: number, on: boolean) => {
    const { days: _, ...rest } = quiet ?? { zone: ownZone(), from: '22:00', to: '06:00' };
    const all = weekdays.map(([one]) => one).filter((one) => (one === day ? on : days.length === 0 || days.includes(one)));
    // None of them would mean all of them.
    if (all.length === 0) return;
    onChange(all.length === 7 ? rest : { ...rest, days: all.sort((a, b) => a - b) });
  };
  return (
    <>
      <Check checked={quiet !== null} onChange={(on) => onChange(on ? { zone: ownZone(), from: '22:00', to: '06:00' } : null)} testId="route-quiet">
        Quiet hours: what comes meanwhile is sent together at their end
      </Check>
      {quiet ? (
        <div className="quiet">
          <div className="form-row">
            <Field label="From" className="field-short" problem={problem} pointer="#/quiet_hours/from">
              <input {...clock} value={quiet.from} data-testid="route-quiet-from" onChange={(event) => set({ from: event.target.value })} />
            </Field>
            <Field label="Until" className="field-short" problem={problem} pointer="#/quiet_hours/to" hint={quiet.to.padStart(5, '0') <= quiet.from.padStart(5, '0') ? 'on the next day' : undefined}>
              <input {...clock} value={quiet.to} data-testid="route-quiet-to" onChange={(event) => set({ to: event.target.value })} />
            </Field>
            <div className="field-grow field">
              <ZonePicker value={quiet.zone} onChange={(zone) => set({ zone })} problem={problem} pointer="#/quiet_hours/zone" />
            </div>
          </div>
          <fieldset className="field">
            <legend className="field-label">Days on which they begin</legend>
            <div className="picks">
              {weekdays.map(([day, word]) => (
                <Check key={day} checked={days.length === 0 || days.includes(day)} onChange={(on) => pick(day, on)}>
                  {word}
                </Check>
              ))}
            </div>
          </fieldset>
          <Check checked={quiet.critical_passes !== false} onChange={(on) => set({ critical_passes: on })}>
            Critical events are sent all the same
          </Check>
        </div>
      ) : null}
    </>
  );
}
