import { useState } from 'react';
import type { FormEvent } from 'react';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { Credential, Target } from '../../lib/api';
import { loadAll } from '../../lib/pages';
import { useAction, useResource } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Dialog } from '../../parts/Dialog';
import { ProblemNote } from '../../parts/Problem';
import { TargetFields } from './TargetFields';
import { formOf, saveOf } from './targetform';

/** Adds a target, or changes one. */
export function TargetDialog({ target, onClose, onSaved }: { target?: Target; onClose: () => void; onSaved: (target: Target) => void }) {
  const mayCredentials = useMay('credentials.read');
  const [form, setForm] = useState(() => formOf(target));
  const credentials = useResource(mayCredentials ? 'credentials' : null, (signal) =>
    loadAll<Credential>((cursor, options) => api.targets.credentials({ limit: 500, ...(cursor ? { cursor } : {}) }, options), 2000, signal),
  );
  const jumps = useResource('jump-targets', (signal) => api.targets.list({ limit: 500 }, { signal }));
  const save = useAction(async () => {
    const body = saveOf(form);
    onSaved(target ? await api.targets.update(target.id, body) : await api.targets.create(body));
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save.run();
  };
  return (
    <Dialog
      title={target ? `Change ${target.name}` : 'Add a target'}
      wide
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            kind="primary"
            type="submit"
            form="target-form"
            busy={save.busy}
            disabled={form.name.trim() === ''}
            data-testid="target-save"
          >
            {target ? 'Save' : 'Add the target'}
          </Button>
        </>
      }
    >
      <form id="target-form" className="form" onSubmit={submit}>
        <TargetFields
          form={form}
          onChange={setForm}
          problem={save.problem}
          credentials={credentials.value?.items ?? []}
          jumps={(jumps.value?.items ?? []).filter((one) => one.id !== target?.id)}
        />
        {save.problem ? <ProblemNote problem={save.problem} /> : null}
      </form>
    </Dialog>
  );
}
