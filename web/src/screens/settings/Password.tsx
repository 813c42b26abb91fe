import { useState } from 'react';
import type { FormEvent } from 'react';
import { useMe } from '../../app/session';
import { toast } from '../../app/toasts';
import { api } from '../../lib/api';
import { useAction } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { NewPassword, useNewPassword } from '../../parts/NewPassword';
import { Panel } from '../../parts/Panel';
import { ProblemNote } from '../../parts/Problem';

/** Changes the own password. */
export function Password() {
  const me = useMe();
  const [current, setCurrent] = useState('');
  const choice = useNewPassword();
  const change = useAction(async () => {
    await api.auth.changePassword({ current, new: choice.password });
    setCurrent('');
    choice.clear();
    toast('The password is changed. Your other sessions are ended.', 'succeeded');
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void change.run();
  };
  return (
    <Panel title="Change your password">
      <form className="form form-short" onSubmit={submit}>
        <input type="text" className="unseen" autoComplete="username" tabIndex={-1} aria-label="User name" readOnly value={me.username} />
        <Field label="Present password" problem={change.problem} pointer="#/current">
          <input
            type="password"
            autoComplete="current-password"
            required
            value={current}
            data-testid="password-current"
            onChange={(event) => setCurrent(event.target.value)}
          />
        </Field>
        <NewPassword choice={choice} problem={change.problem} pointer="#/new" testPrefix="password" />
        {change.problem ? <ProblemNote problem={change.problem} showPlaces={false} /> : null}
        <div>
          <Button
            kind="primary"
            type="submit"
            busy={change.busy}
            disabled={current === '' || choice.wrong !== undefined}
            data-testid="password-save"
          >
            Change the password
          </Button>
        </div>
        <p className="field-hint">Your other sessions end when the password changes.</p>
      </form>
    </Panel>
  );
}
