import { useState } from 'react';
import type { FormEvent } from 'react';
import { api } from '../../../lib/api';
import type { DeadManRule } from '../../../lib/api';
import { deadManForm, readDeadMan } from '../../../lib/deadmanform';
import type { DeadManForm } from '../../../lib/deadmanform';
import { useAction } from '../../../lib/resource';
import { inForm } from '../../../lib/scheduleform';
import { ownZone } from '../../../lib/zones';
import { Button } from '../../../parts/Button';
import { Dialog } from '../../../parts/Dialog';
import { Field } from '../../../parts/Field';
import { ProblemNote } from '../../../parts/Problem';
import { Segments } from '../../../parts/Segments';
import { Suggest } from '../../../parts/Suggest';
import { ZonePicker } from '../../../parts/ZonePicker';

/** A rule about runs that must happen. */
export function DeadManDialog({ rule, onClose, onSaved }: { rule: DeadManRule | null; onClose: () => void; onSaved: () => void }) {
  const [form, setForm] = useState<DeadManForm>(() => deadManForm(rule, ownZone()));
  const set = (patch: Partial<DeadManForm>) => setForm((old) => ({ ...old, ...patch }));
  const save = useAction(async () => {
    const definition = readDeadMan(form);
    if (rule) await api.schedules.updateRule(rule.id, { definition, revision: rule.revision });
    else await api.schedules.createRule({ definition });
    onSaved();
  });
  const problem = inForm(save.problem);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save.run();
  };
  const number = (key: 'times' | 'leastRuns' | 'leastSeconds' | 'within', label: string, hint: string, pointer: string, least: number) => (
    <Field label={label} hint={hint} optional={key === 'within'} problem={problem} pointer={pointer}>
      <input type="number" min={least} step="any" value={form[key]} onChange={(event) => set({ [key]: event.target.value })} />
    </Field>
  );
  const find = (text: string, signal: AbortSignal) =>
    form.of === 'job'
      ? api.jobs
          .list({ limit: 12, ...(text ? { search: text } : {}) }, { signal })
          .then((page) => page.items.map((one) => ({ key: one.name, word: one.name, detail: one.serial })))
      : api.schedules
          .list({ limit: 12, ...(text ? { search: text } : {}) }, { signal })
          .then((page) => page.items.map((one) => ({ key: one.definition.name, word: one.definition.name, detail: one.serial })));
  return (
    <Dialog
      title={rule ? `Change ${rule.definition.name}` : 'New dead-man rule'}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            kind="primary"
            type="submit"
            form="deadman-form"
            busy={save.busy}
            disabled={form.name.trim() === '' || form.subject === ''}
            data-testid="deadman-save"
          >
            Save the rule
          </Button>
        </>
      }
    >
      <form id="deadman-form" className="form" onSubmit={submit}>
        <Field label="Name" problem={problem} pointer="#/name">
          <input type="text" autoComplete="off" value={form.name} data-testid="deadman-name" onChange={(event) => set({ name: event.target.value })} />
        </Field>
        <Segments
          label="It is about"
          showLabel
          testId="deadman-of"
          value={form.of}
          options={[
            ['job', 'All runs of a job'],
            ['schedule', 'Runs of a schedule'],
          ]}
          onChange={(of) => set({ of, subject: '' })}
        />
        <Field label={form.of === 'job' ? 'Job' : 'Schedule'} problem={problem} pointer={`#/${form.of}`}>
          <Suggest key={form.of} chosen={form.subject} placeholder={`Find a ${form.of}`} testId="deadman-subject" find={find} onChoose={(one) => set({ subject: one.key })} />
        </Field>
        <Segments
          label="What must be"
          showLabel
          testId="deadman-kind"
          value={form.kind}
          options={[
            ['every', 'At least every'],
            ['by', 'By a time'],
            ['longer', 'No longer than usual'],
          ]}
          onChange={(kind) => set({ kind })}
        />
        {form.kind === 'every' ? (
          <Field
            label="A run must succeed at least every"
            hint="For something that runs each night 26h leaves two hours of grace."
            problem={problem}
            pointer="#/succeed_every/every"
          >
            <input type="text" className="mono short" value={form.every} data-testid="deadman-every" onChange={(event) => set({ every: event.target.value })} />
          </Field>
        ) : null}
        {form.kind === 'by' ? (
          <>
            <Field
              label="A run must have succeeded by"
              hint="A cron expression: 0 6 * * MON-FRI is 06:00 from Monday to Friday."
              problem={problem}
              pointer="#/succeed_by/cron"
            >
              <input type="text" className="mono" spellCheck={false} value={form.cron} onChange={(event) => set({ cron: event.target.value })} />
            </Field>
            <ZonePicker value={form.zone} onChange={(zone) => set({ zone })} problem={problem} pointer="#/succeed_by/zone" />
            {number('within', 'Within the hours before', 'Since the time before when nothing is given.', '#/succeed_by/within_seconds', 0)}
          </>
        ) : null}
        {form.kind === 'longer' ? (
          <>
            <p className="muted">A run takes too long when it takes longer than 95 of 100 runs that succeeded before.</p>
            <div className="form-row">
              {number('times', 'So many times as long', '1 is just that.', '#/takes_longer/times', 0)}
              {number('leastRuns', 'After so many runs', 'Fewer say nothing.', '#/takes_longer/least_runs', 3)}
              {number('leastSeconds', 'Never below, in s', 'Short runs are let be.', '#/takes_longer/least_seconds', 0)}
            </div>
          </>
        ) : null}
        {save.problem ? <ProblemNote problem={save.problem} /> : null}
      </form>
    </Dialog>
  );
}
