import { useState } from 'react';
import type { FormEvent } from 'react';
import { api } from '../../lib/api';
import type { Credential, DiscoveryRange, SaveDiscoveryRange } from '../../lib/api';
import { readPorts } from '../../lib/discovery';
import { loadAll } from '../../lib/pages';
import { useAction, useResource } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Check } from '../../parts/Check';
import { Dialog } from '../../parts/Dialog';
import { Field } from '../../parts/Field';
import { Fold } from '../../parts/Fold';
import { LinesArea } from '../../parts/LinesArea';
import { ProblemNote } from '../../parts/Problem';

/** Allows addresses to be scanned, or changes what may be. */
export function RangeDialog({ range, onClose, onSaved }: { range: DiscoveryRange | null; onClose: () => void; onSaved: () => void }) {
  const text = (value: number | undefined) => (value === undefined ? '' : String(value));
  const [form, setForm] = useState({
    name: range?.name ?? '',
    cidr: range?.cidr ?? '',
    description: range?.description ?? '',
    ports: (range?.ports ?? []).join(', '),
    rate: text(range?.rate_per_second),
    concurrency: text(range?.concurrency),
    timeout: text(range?.timeout_milliseconds),
    rescan: text(range?.rescan_hours),
  });
  const [exclude, setExclude] = useState(range?.exclude ?? []);
  const [allowLocal, setAllowLocal] = useState(range?.allow_local ?? false);
  const [snmp, setSnmp] = useState(range?.snmp_credentials ?? []);
  const set = (patch: Partial<typeof form>) => setForm((old) => ({ ...old, ...patch }));
  const credentials = useResource('snmp-credentials', async (signal) => {
    const all = await loadAll<Credential>(
      (cursor, options) => api.targets.credentials({ limit: 200, ...(cursor ? { cursor } : {}) }, options),
      2000,
      signal,
    );
    return all.items.filter((one) => one.kind === 'snmp_community' || one.kind === 'snmp_user');
  });
  const ports = readPorts(form.ports);
  const save = useAction(async () => {
    const body: SaveDiscoveryRange = {
      name: form.name.trim(),
      cidr: form.cidr.trim(),
      exclude,
      description: form.description.trim(),
      allow_local: allowLocal,
      snmp_credentials: snmp,
    };
    if (ports && ports.length > 0) body.ports = ports;
    if (form.rate.trim() !== '') body.rate_per_second = Math.round(Number(form.rate));
    if (form.concurrency.trim() !== '') body.concurrency = Math.round(Number(form.concurrency));
    if (form.timeout.trim() !== '') body.timeout_milliseconds = Math.round(Number(form.timeout));
    if (form.rescan.trim() !== '') body.rescan_hours = Math.round(Number(form.rescan));
    if (range) await api.discovery.updateRange(range.id, { ...body, revision: range.revision });
    else await api.discovery.createRange(body);
    onSaved();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save.run();
  };
  const { problem } = save;
  const number = (key: 'rate' | 'concurrency' | 'timeout' | 'rescan', label: string, usual: string, pointer: string) => (
    <Field label={label} optional problem={problem} pointer={pointer}>
      <input type="number" min={1} placeholder={usual} value={form[key]} onChange={(event) => set({ [key]: event.target.value })} />
    </Field>
  );
  return (
    <Dialog
      title={range ? `Change ${range.name}` : 'Allow a range to be scanned'}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            kind="primary"
            type="submit"
            form="range-form"
            busy={save.busy}
            disabled={form.name.trim() === '' || form.cidr.trim() === '' || ports === null}
            data-testid="range-save"
          >
            Save the range
          </Button>
        </>
      }
    >
      <form id="range-form" className="form" onSubmit={submit}>
        <div className="form-row">
          <Field label="Name" problem={problem} pointer="#/name">
            <input type="text" autoComplete="off" value={form.name} data-testid="range-name" onChange={(event) => set({ name: event.target.value })} />
          </Field>
          <Field label="Addresses" problem={problem} pointer="#/cidr">
            <input
              type="text"
              className="mono"
              spellCheck={false}
              placeholder="10.1.0.0/24"
              value={form.cidr}
              data-testid="range-cidr"
              onChange={(event) => set({ cidr: event.target.value })}
            />
          </Field>
        </div>
        <Field label="Without" optional hint="Addresses and ranges inside that are left out, one to a line." problem={problem} pointer="#/exclude">
          <LinesArea value={exclude} onChange={setExclude} className="mono" />
        </Field>
        <Field label="Description" optional problem={problem} pointer="#/description">
          <input type="text" value={form.description} onChange={(event) => set({ description: event.target.value })} />
        </Field>
        {number('rescan', 'Scan by itself every so many hours', 'never', '#/rescan_hours')}
        <Field
          label="Ports"
          optional
          hint="Those that are usual when nothing is given."
          error={ports === null ? 'Ports are numbers from 1 to 65535, apart by commas.' : undefined}
          problem={problem}
          pointer="#/ports"
        >
          <input type="text" className="mono" placeholder="22, 80, 443" value={form.ports} onChange={(event) => set({ ports: event.target.value })} />
        </Field>
        {(credentials.value ?? []).length > 0 ? (
          <fieldset className="field">
            <legend className="field-label">Ask SNMP agents with</legend>
            {(credentials.value ?? []).map((one) => (
              <Check
                key={one.id}
                checked={snmp.includes(one.id)}
                onChange={(on) => setSnmp(on ? [...snmp, one.id] : snmp.filter((id) => id !== one.id))}
              >
                {one.name}
              </Check>
            ))}
          </fieldset>
        ) : null}
        <Fold title="How fast" isSet={form.rate !== '' || form.concurrency !== '' || form.timeout !== '' || allowLocal} isWrong={false}>
          <div className="form-row">
            {number('rate', 'Packets in a second', '100', '#/rate_per_second')}
            {number('concurrency', 'Addresses at a time', '16', '#/concurrency')}
            {number('timeout', 'Wait for, in ms', '1000', '#/timeout_milliseconds')}
          </div>
          <Check checked={allowLocal} onChange={setAllowLocal} testId="range-local">
            Also addresses of the worker&apos;s own machine or link
          </Check>
        </Fold>
        {problem ? <ProblemNote problem={problem} /> : null}
      </form>
    </Dialog>
  );
}
