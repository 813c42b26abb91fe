import type { TimingForm } from '../../../lib/scheduleform';
import { Field } from '../../../parts/Field';

/** What happens when clocks change, in words; nothing to choose where they never do. */
export function ClocksEditor({
  form,
  zone,
  changes,
  set,
}: {
  form: TimingForm;
  zone: string;
  changes: boolean;
  set: (patch: Partial<TimingForm>) => void;
}) {
  if (!changes) return <p className="field-hint">Clocks in {zone} do not change in the next year.</p>;
  return (
    <div className="form-row">
      <Field label="When clocks go forward, a time that is left out">
        <select
          value={form.skippedHours}
          data-testid="timing-skipped"
          onChange={(event) => set({ skippedHours: event.target.value as TimingForm['skippedHours'] })}
        >
          <option value="shift">runs right after the gap</option>
          <option value="skip">does not run that day</option>
        </select>
      </Field>
      <Field label="When clocks go back, a time that comes twice">
        <select
          value={form.repeatedHours}
          data-testid="timing-repeated"
          onChange={(event) => set({ repeatedHours: event.target.value as TimingForm['repeatedHours'] })}
        >
          <option value="first">runs the first time</option>
          <option value="second">runs the second time</option>
          <option value="both">runs both times</option>
        </select>
      </Field>
    </div>
  );
}
