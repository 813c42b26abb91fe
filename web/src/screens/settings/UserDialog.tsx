import { useState } from 'react';
import type { FormEvent } from 'react';
import { api } from '../../lib/api';
import type { Role, SaveUser, User } from '../../lib/api';
import { useAction } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Dialog } from '../../parts/Dialog';
import { Field } from '../../parts/Field';
import { ProblemNote } from '../../parts/Problem';

const roles: [Role, string][] = [
  ['viewer', 'Viewer: looks, changes nothing'],
  ['operator', 'Operator: describes targets and jobs, runs and cancels'],
  ['administrator', 'Administrator: may do everything'],
];

/** Adds a user, or changes one. */
export function UserDialog({ user, onClose, onSaved }: { user?: User; onClose: () => void; onSaved: (user: User) => void }) {
  const [username, setUsername] = useState(user?.username ?? '');
  const [displayName, setDisplayName] = useState(user?.display_name ?? '');
  const [role, setRole] = useState<Role>(user?.role ?? 'operator');
  const save = useAction(async () => {
    const body: SaveUser = { username: username.trim(), role };
    if (displayName.trim() !== '') body.display_name = displayName.trim();
    if (user) {
      body.is_active = user.is_active;
      body.revision = user.revision;
    }
    onSaved(user ? await api.users.update(user.id, body) : await api.users.create(body));
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save.run();
  };
  return (
    <Dialog
      title={user ? `Change ${user.username}` : 'Add a user'}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button kind="primary" type="submit" form="user-form" busy={save.busy} disabled={username.trim() === ''} data-testid="user-save">
            {user ? 'Save' : 'Add the user'}
          </Button>
        </>
      }
    >
      <form id="user-form" className="form" onSubmit={submit}>
        <Field label="User name" problem={save.problem} pointer="#/username">
          <input
            type="text"
            required
            autoFocus
            autoCapitalize="off"
            autoComplete="off"
            value={username}
            data-testid="user-name"
            onChange={(event) => setUsername(event.target.value)}
          />
        </Field>
        <Field label="Name to show" optional problem={save.problem} pointer="#/display_name">
          <input type="text" autoComplete="off" value={displayName} onChange={(event) => setDisplayName(event.target.value)} />
        </Field>
        <Field label="Role" hint="A change takes effect at once." problem={save.problem} pointer="#/role">
          <select value={role} data-testid="user-role" onChange={(event) => setRole(event.target.value as Role)}>
            {roles.map(([key, word]) => (
              <option key={key} value={key}>
                {word}
              </option>
            ))}
          </select>
        </Field>
        {user ? null : <p className="field-hint">Next you get a one-time link with which the user chooses a password.</p>}
        {save.problem ? <ProblemNote problem={save.problem} showPlaces={false} /> : null}
      </form>
    </Dialog>
  );
}
