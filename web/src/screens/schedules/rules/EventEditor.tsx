import type { ReactNode } from 'react';
import { api } from '../../../lib/api';
import type { ExecutionState, HealthState, Problem, ScheduleFault } from '../../../lib/api';
import { placesAt } from '../../../http';
import type { EventKind, EventRuleForm } from '../../../lib/eventruleform';
import { statusLook } from '../../../lib/status';
import { Button } from '../../../parts/Button';
import { Field } from '../../../parts/Field';
import { Segments } from '../../../parts/Segments';
import { Suggest } from '../../../parts/Suggest';
import { Toggles } from '../../../parts/Toggles';

const kinds: [EventKind, string][] = [
  ['execution', 'A run ends'],
  ['target', 'A target’s health changes'],
  ['schedule', 'A schedule misses a time'],
];
const ends: ExecutionState[] = ['succeeded', 'failed', 'cancelled', 'cancel_unconfirmed', 'lost'];
const turns: [HealthState, string][] = [
  ['critical', 'Critical'],
  ['warning', 'Warning'],
  ['healthy', 'Healthy'],
  ['unknown', 'Unknown'],
];
const faults: [ScheduleFault, string][] = [
  ['missed', 'Missed'],
  ['failed_to_start', 'Did not start'],
  ['skipped', 'Skipped'],
];

/** On what a rule acts. */
export function EventEditor({
  form,
  problem,
  onChange,
}: {
  form: EventRuleForm;
  problem: Problem | undefined;
  onChange: (patch: Partial<EventRuleForm>) => void;
}) {
  const wrong = placesAt(problem?.errors, '#/on').map((place) => place.detail);
  return (
    <>
      <Segments label="What happens" value={form.kind} options={kinds} onChange={(kind) => onChange({ kind })} testId="event" />
      {form.kind === 'execution' ? (
        <>
          <Subject
            label="Of the job"
            any="Any job"
            chosen={form.ofJob}
            onChoose={(ofJob) => onChange({ ofJob })}
            find={(text, signal) =>
              api.jobs
                .list({ limit: 12, ...(text ? { search: text } : {}) }, { signal })
                .then((page) => page.items.map((one) => ({ key: one.name, word: one.name, detail: one.serial })))
            }
          />
          <Chosen label="And has">
            <Toggles
              label="States"
              chosen={form.states}
              options={ends.map((key) => ({ key, word: statusLook(key).word }))}
              onChange={(states) => onChange({ states })}
            />
          </Chosen>
        </>
      ) : null}
      {form.kind === 'target' ? (
        <Chosen label="And becomes">
          <Toggles label="Health" chosen={form.turns} options={turns.map(([key, word]) => ({ key, word }))} onChange={(next) => onChange({ turns: next })} />
        </Chosen>
      ) : null}
      {form.kind === 'schedule' ? (
        <>
          <Subject
            label="Of the schedule"
            any="Any schedule"
            chosen={form.ofSchedule}
            onChoose={(ofSchedule) => onChange({ ofSchedule })}
            find={(text, signal) =>
              api.schedules
                .list({ limit: 12, ...(text ? { search: text } : {}) }, { signal })
                .then((page) => page.items.map((one) => ({ key: one.definition.name, word: one.definition.name, detail: one.serial })))
            }
          />
          <Chosen label="Which was">
            <Toggles label="How" chosen={form.faults} options={faults.map(([key, word]) => ({ key, word }))} onChange={(next) => onChange({ faults: next })} />
          </Chosen>
        </>
      ) : null}
      {wrong.length > 0 ? <p className="field-error">{wrong.join(' ')}</p> : null}
      <Field
        label="Only when"
        optional
        hint="An expression over event that must be true too."
        problem={problem}
        pointer="#/when"
      >
        <input
          type="text"
          className="mono"
          spellCheck={false}
          placeholder="event.counts.failed > 3"
          value={form.when}
          data-testid="event-when"
          onChange={(event) => onChange({ when: event.target.value })}
        />
      </Field>
    </>
  );
}

function Chosen({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="field">
      <span className="field-label">{label}</span>
      {children}
    </div>
  );
}

function Subject({
  label,
  any,
  chosen,
  find,
  onChoose,
}: {
  label: string;
  any: string;
  chosen: string;
  find: (text: string, signal: AbortSignal) => Promise<{ key: string; word: string; detail: string }[]>;
  onChoose: (key: string) => void;
}) {
  return (
    <div className="subject">
      <Field label={label}>
        <Suggest chosen={chosen} placeholder={any} find={find} onChoose={(one) => onChoose(one.key)} />
      </Field>
      {chosen ? (
        <Button small kind="quiet" onClick={() => onChoose('')}>
          {any}
        </Button>
      ) : null}
    </div>
  );
}
