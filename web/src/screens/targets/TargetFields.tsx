import type { Credential, Problem, Target } from '../../lib/api';
import { Button } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { MethodEditor } from './MethodEditor';
import type { TargetForm } from './targetform';

interface TargetFieldsProps {
  form: TargetForm;
  onChange: (form: TargetForm) => void;
  problem?: Problem | undefined;
  credentials: Credential[];
  jumps: Target[];
}

/** The fields of a target. */
export function TargetFields({ form, onChange, problem, credentials, jumps }: TargetFieldsProps) {
  const set = (patch: Partial<TargetForm>) => onChange({ ...form, ...patch });
  const text = (key: 'name' | 'description' | 'os' | 'environment' | 'location' | 'tags', extra: object = {}) => (
    <input type="text" value={form[key]} onChange={(event) => set({ [key]: event.target.value })} {...extra} />
  );
  const setFact = (at: number, fact: [string, string]) => set({ facts: form.facts.map((old, other) => (other === at ? fact : old)) });
  return (
    <>
      <div className="form-row">
        <Field label="Name" className="field-grow" hint="Letters, digits, dot, underscore and hyphen." problem={problem} pointer="#/name">
          {text('name', { required: true, autoFocus: true, autoCapitalize: 'off', autoComplete: 'off', 'data-testid': 'target-name' })}
        </Field>
        <Field label="Kind">
          <select value={form.type} onChange={(event) => set({ type: event.target.value as TargetForm['type'] })}>
            <option value="server">Server</option>
            <option value="network_device">Network device</option>
            <option value="database">Database</option>
            <option value="api">API</option>
            <option value="other">Other</option>
          </select>
        </Field>
        <Field label="Status">
          <select
            value={form.status}
            data-testid="target-status"
            onChange={(event) => set({ status: event.target.value as TargetForm['status'] })}
          >
            <option value="active">Active</option>
            <option value="maintenance">Maintenance</option>
            <option value="retired">Retired</option>
          </select>
        </Field>
      </div>
      <Field label="Description" optional problem={problem} pointer="#/description">
        {text('description')}
      </Field>
      <h3>How to reach it</h3>
      <MethodEditor
        methods={form.connections}
        name={form.name}
        credentials={credentials}
        jumps={jumps}
        problem={problem}
        onChange={(connections) => set({ connections })}
      />
      <Field
        label="While no host key is pinned"
        hint="Strict is safest: test the connection, compare the fingerprint, pin it. A changed key is refused in any case."
      >
        <select
          value={form.host_key_policy}
          data-testid="target-host-key-policy"
          onChange={(event) => set({ host_key_policy: event.target.value as TargetForm['host_key_policy'] })}
        >
          <option value="strict">Strict: refuse, until a key is pinned</option>
          <option value="pin_on_first_use">Pin the first key that is seen</option>
        </select>
      </Field>
      <h3>What it is</h3>
      <div className="form-row">
        <Field label="Environment" optional problem={problem} pointer="#/environment">
          {text('environment', { placeholder: 'production' })}
        </Field>
        <Field label="OS" optional problem={problem} pointer="#/os">
          {text('os', { placeholder: 'debian 12' })}
        </Field>
        <Field label="Location" optional problem={problem} pointer="#/location">
          {text('location')}
        </Field>
        <Field label="Runs at a time" optional hint="Most runs that work on it at once; others wait." problem={problem} pointer="#/slots">
          <input
            type="number"
            className="short"
            min={1}
            max={1000}
            placeholder="no limit"
            value={form.slots}
            data-testid="target-slots"
            onChange={(event) => set({ slots: event.target.value })}
          />
        </Field>
      </div>
      <Field label="Tags" optional hint="Separate tags with spaces." problem={problem} pointer="#/tags">
        {text('tags', { 'data-testid': 'target-tags' })}
      </Field>
      <fieldset className="pairs">
        <legend>Facts</legend>
        {form.facts.map(([name, value], at) => (
          <div key={at} className="pair">
            <input
              type="text"
              aria-label={`Name of fact ${at + 1}`}
              placeholder="cores"
              value={name}
              onChange={(event) => setFact(at, [event.target.value, value])}
            />
            <input
              type="text"
              aria-label={`Value of fact ${at + 1}`}
              placeholder="8"
              value={value}
              onChange={(event) => setFact(at, [name, event.target.value])}
            />
            <Button
              small
              kind="quiet"
              icon="trash"
              aria-label={`Remove fact ${at + 1}`}
              onClick={() => set({ facts: form.facts.filter((_, other) => other !== at) })}
            />
          </div>
        ))}
        <div>
          <Button small icon="plus" onClick={() => set({ facts: [...form.facts, ['', '']] })}>
            Add a fact
          </Button>
        </div>
      </fieldset>
    </>
  );
}
