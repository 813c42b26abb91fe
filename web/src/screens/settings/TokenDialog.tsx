import { useState } from 'react';
import type { FormEvent } from 'react';
import { useMe } from '../../app/session';
import { api } from '../../lib/api';
import type { MadeToken, Permission } from '../../lib/api';
import { useAction } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Check } from '../../parts/Check';
import { Dialog } from '../../parts/Dialog';
import { Field } from '../../parts/Field';
import { ProblemNote } from '../../parts/Problem';
import { Serial } from '../../parts/Serial';
import { Time } from '../../parts/Time';

/** Makes a personal token and shows its text this once. */
export function TokenDialog({ onClose }: { onClose: () => void }) {
  const me = useMe();
  const [name, setName] = useState('');
  const [days, setDays] = useState('90');
  const [everything, setEverything] = useState(false);
  const [scope, setScope] = useState<Set<Permission>>(new Set());
  const [made, setMade] = useState<MadeToken>();
  const make = useAction(async () =>
    setMade(await api.auth.makeToken({ name: name.trim(), expires_in_days: Number(days), ...(everything ? {} : { scope: [...scope] }) })),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void make.run();
  };
  const toggle = (permission: Permission, on: boolean) => {
    const next = new Set(scope);
    if (on) next.add(permission);
    else next.delete(permission);
    setScope(next);
  };
  if (made) {
    return (
      <Dialog
        title={`The token ${made.record.name}`}
        onClose={onClose}
        footer={
          <Button kind="primary" onClick={onClose}>
            I have copied it
          </Button>
        }
      >
        <p>
          <strong>Copy it now; it is not shown again.</strong> It ends <Time at={made.record.expires_at} exact />.
        </p>
        <p className="token-text" data-testid="token-text">
          <Serial text={made.token} label="the token" />
        </p>
        <p className="muted">
          Send it as <code>Authorization: Bearer {made.token.slice(0, 8)}…</code>
        </p>
      </Dialog>
    );
  }
  return (
    <Dialog
      title="New personal token"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            kind="primary"
            type="submit"
            form="token-form"
            busy={make.busy}
            disabled={name.trim() === '' || (!everything && scope.size === 0)}
            data-testid="token-save"
          >
            Make the token
          </Button>
        </>
      }
    >
      <form id="token-form" className="form" onSubmit={submit}>
        <Field label="What it is for" problem={make.problem} pointer="#/name">
          <input type="text" required autoFocus value={name} data-testid="token-name" onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label="Ends after, days" hint="1 to 366." problem={make.problem} pointer="#/expires_in_days">
          <input
            type="number"
            className="short"
            min={1}
            max={366}
            required
            value={days}
            onChange={(event) => setDays(event.target.value)}
          />
        </Field>
        <fieldset className="scopes">
          <legend>What it may do</legend>
          <Check checked={everything} onChange={setEverything} testId="token-everything">
            All that you may, also what is granted later
          </Check>
          <div className="scopes-list">
            {me.permissions.map((permission) => (
              <Check
                key={permission}
                checked={everything || scope.has(permission)}
                disabled={everything}
                onChange={(on) => toggle(permission, on)}
                testId={`scope-${permission}`}
              >
                {permission}
              </Check>
            ))}
          </div>
        </fieldset>
        {make.problem ? <ProblemNote problem={make.problem} showPlaces={false} /> : null}
      </form>
    </Dialog>
  );
}
