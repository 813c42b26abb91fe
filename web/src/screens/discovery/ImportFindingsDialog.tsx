import { useState } from 'react';
import { useMay } from '../../app/session';
import { toast } from '../../app/toasts';
import { api } from '../../lib/api';
import type { Credential, Finding, FindingNaming, ImportFindings } from '../../lib/api';
import { useAsked } from '../../lib/asked';
import { plural } from '../../lib/format';
import { loadAll } from '../../lib/pages';
import { useAction, useResource } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Check } from '../../parts/Check';
import { Dialog } from '../../parts/Dialog';
import { Field } from '../../parts/Field';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { FindingRows } from './FindingRows';

/** Makes targets of found hosts: what would be made is shown while one types. */
export function ImportFindingsDialog({ findings, onClose, onDone }: { findings: Finding[]; onClose: () => void; onDone: () => void }) {
  const mayPin = useMay('host_keys.pin');
  const [form, setForm] = useState({ environment: '', location: '', tags: '', credential: '', user: '' });
  const [naming, setNaming] = useState<FindingNaming>('found');
  const [names, setNames] = useState<Record<string, string>>({});
  const [byAddress, setByAddress] = useState(true);
  const [pin, setPin] = useState(false);
  const set = (patch: Partial<typeof form>) => setForm((old) => ({ ...old, ...patch }));
  const credentials = useResource('login-credentials', async (signal) => {
    const all = await loadAll<Credential>(
      (cursor, options) => api.targets.credentials({ limit: 200, ...(cursor ? { cursor } : {}) }, options),
      2000,
      signal,
    );
    return all.items.filter((one) => one.kind === 'password' || one.kind === 'ssh_key');
  });
  const wish = (dryRun: boolean): ImportFindings => {
    const body: ImportFindings = { findings: findings.map((one) => one.id), dry_run: dryRun, naming, connect_by_address: byAddress };
    const given = Object.fromEntries(Object.entries(names).filter(([, name]) => name.trim() !== ''));
    if (Object.keys(given).length > 0) body.names = given;
    const tags = form.tags.split(/[\s,]+/).filter((tag) => tag !== '');
    if (tags.length > 0) body.tags = tags;
    if (form.environment.trim() !== '') body.environment = form.environment.trim();
    if (form.location.trim() !== '') body.location = form.location.trim();
    if (form.credential !== '') body.credential = form.credential;
    if (form.user.trim() !== '') body.user = form.user.trim();
    if (pin) body.pin_host_keys = true;
    return body;
  };
  const outlook = useAsked(wish(true), (one, signal) => api.discovery.import(one, { signal }), 300);
  const make = useAction(async () => {
    const made = await api.discovery.import(wish(false));
    if (!made.applied) return;
    toast(`${plural(made.created, 'target')} made.`, 'succeeded', '/targets');
    onDone();
  });
  const result = outlook.value;
  const problem = make.problem ?? outlook.problem;
  const input = (key: keyof typeof form, label: string, hint?: string) => (
    <Field label={label} optional hint={hint} problem={problem} pointer={`#/${key}`}>
      <input type="text" autoComplete="off" value={form[key]} data-testid={`import-${key}`} onChange={(event) => set({ [key]: event.target.value })} />
    </Field>
  );
  return (
    <Dialog
      title={`Make targets of ${plural(findings.length, 'host')}`}
      wide
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            kind="primary"
            icon="plus"
            busy={make.busy}
            disabled={result === undefined || outlook.isOld || result.refused > 0 || result.created === 0}
            onClick={() => void make.run()}
            data-testid="import-confirm"
          >
            {result === undefined ? 'Make targets' : `Make ${plural(result.created, 'target')}`}
          </Button>
        </>
      }
    >
      <div className="form">
        <div className="form-row">
          {input('environment', 'Environment')}
          {input('location', 'Location')}
          {input('tags', 'Tags', 'Apart by spaces.')}
        </div>
        <div className="form-row">
          <Field label="Log in with" optional problem={problem} pointer="#/credential">
            <select value={form.credential} onChange={(event) => set({ credential: event.target.value })} data-testid="import-credential">
              <option value="">Nothing yet</option>
              {(credentials.value ?? []).map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </select>
          </Field>
          {input('user', 'Account', 'As the credential says when empty.')}
          <Field label="Names" problem={problem} pointer="#/naming">
            <select value={naming} onChange={(event) => setNaming(event.target.value as FindingNaming)}>
              <option value="found">As DNS, SNMP or certificates say</option>
              <option value="address">Their addresses</option>
            </select>
          </Field>
        </div>
        <Check checked={byAddress} onChange={setByAddress}>
          Connect by address and not by name
        </Check>
        {mayPin ? (
          <Check checked={pin} onChange={setPin} testId="import-pin">
            Pin the host keys that the scan was shown; compare their fingerprints first
          </Check>
        ) : null}
        {problem ? <ProblemNote problem={problem} /> : null}
        {result ? (
          <FindingRows result={result} names={names} isOld={outlook.isOld} onName={(id, name) => setNames((old) => ({ ...old, [id]: name }))} />
        ) : problem ? null : (
          <Skeleton rows={4} />
        )}
      </div>
    </Dialog>
  );
}
