import { useState } from 'react';
import { toast } from '../../app/toasts';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { Credential, HostKeyPolicy, ImportFormat, ImportReceipt } from '../../lib/api';
import { plural } from '../../lib/format';
import { loadAll } from '../../lib/pages';
import { useAction, useResource } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { CodeArea } from '../../parts/CodeArea';
import { Dialog } from '../../parts/Dialog';
import { Field } from '../../parts/Field';
import { ProblemNote } from '../../parts/Problem';
import { ImportPreview } from './ImportPreview';

const formats: [ImportFormat, string][] = [
  ['csv', 'CSV'],
  ['json', 'JSON'],
  ['ssh_config', 'OpenSSH config'],
  ['ansible_ini', 'Ansible inventory, INI'],
  ['ansible_yaml', 'Ansible inventory, YAML'],
];

function guess(name: string): ImportFormat | undefined {
  if (/\.csv$/i.test(name)) return 'csv';
  if (/\.json$/i.test(name)) return 'json';
  if (/\.ya?ml$/i.test(name)) return 'ansible_yaml';
  if (/\.ini$|hosts$/i.test(name)) return 'ansible_ini';
  return /config$/i.test(name) ? 'ssh_config' : undefined;
}

/** Imports targets: first shows what would change, then does it, all or nothing. */
export function ImportDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const mayCredentials = useMay('credentials.read');
  const [format, setFormat] = useState<ImportFormat>('csv');
  const [text, setText] = useState('');
  const [credential, setCredential] = useState('');
  const [policy, setPolicy] = useState<HostKeyPolicy>('strict');
  const [preview, setPreview] = useState<ImportReceipt>();
  const credentials = useResource(mayCredentials ? 'credentials' : null, (signal) =>
    loadAll<Credential>((cursor, options) => api.targets.credentials({ limit: 500, ...(cursor ? { cursor } : {}) }, options), 2000, signal),
  );
  const body = (dry: boolean) => ({ format, text, dry_run: dry, host_key_policy: policy, ...(credential ? { credential } : {}) });
  const look = useAction(async () => setPreview(await api.targets.import(body(true))));
  const apply = useAction(async () => {
    const receipt = await api.targets.import(body(false));
    if (!receipt.applied) {
      setPreview(receipt);
      return;
    }
    toast(`Imported: ${receipt.created} new, ${receipt.updated} changed, ${receipt.unchanged} as before.`, 'succeeded');
    onDone();
  });
  const change = (next: string) => {
    setText(next);
    setPreview(undefined);
  };
  const open = async (file: File | undefined) => {
    if (!file) return;
    change(await file.text());
    const found = guess(file.name);
    if (found) setFormat(found);
  };
  const changes = preview ? preview.created + preview.updated : 0;
  return (
    <Dialog
      title="Import targets"
      wide
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            busy={look.busy}
            disabled={text.trim() === ''}
            kind={preview ? 'plain' : 'primary'}
            onClick={() => void look.run()}
            data-testid="import-preview"
          >
            Show what would change
          </Button>
          {preview && preview.refused === 0 ? (
            <Button kind="primary" busy={apply.busy} disabled={changes === 0} onClick={() => void apply.run()} data-testid="import-apply">
              {changes === 0 ? 'Nothing to import' : `Import ${plural(changes, 'target')}`}
            </Button>
          ) : null}
        </>
      }
    >
      <div className="form">
        <div className="form-row">
          <Field label="Format">
            <select
              value={format}
              data-testid="import-format"
              onChange={(event) => {
                setFormat(event.target.value as ImportFormat);
                setPreview(undefined);
              }}
            >
              {formats.map(([key, word]) => (
                <option key={key} value={key}>
                  {word}
                </option>
              ))}
            </select>
          </Field>
          <Field label="Credential where the list names none" className="field-grow">
            <select
              value={credential}
              onChange={(event) => {
                setCredential(event.target.value);
                setPreview(undefined);
              }}
            >
              <option value="">None</option>
              {(credentials.value?.items ?? []).map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </select>
          </Field>
          <Field label="Host keys of new targets">
            <select
              value={policy}
              onChange={(event) => {
                setPolicy(event.target.value as HostKeyPolicy);
                setPreview(undefined);
              }}
            >
              <option value="strict">Strict</option>
              <option value="pin_on_first_use">Pin on first use</option>
            </select>
          </Field>
        </div>
        <Field label="File">
          <input type="file" onChange={(event) => void open(event.target.files?.[0])} data-testid="import-file" />
        </Field>
        <Field label="List">
          <CodeArea
            value={text}
            onChange={change}
            rows={9}
            testId="import-text"
            placeholder={format === 'csv' ? 'name,host,environment,tags' : ''}
          />
        </Field>
        {(look.problem ?? apply.problem) ? <ProblemNote problem={(look.problem ?? apply.problem)!} /> : null}
        {preview ? <ImportPreview receipt={preview} /> : null}
      </div>
    </Dialog>
  );
}
