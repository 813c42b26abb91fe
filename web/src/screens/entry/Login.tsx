import { useEffect, useState } from 'react';
import type { FormEvent } from 'react';
import { session, signedIn, useConfig } from '../../app/session';
import { api } from '../../lib/api';
import { useAction } from '../../lib/resource';
import { navigate, safeNext, useQuery } from '../../lib/router';
import { useStore } from '../../lib/store';
import { Button } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { ProblemNote } from '../../parts/Problem';
import { EntryFrame } from './EntryFrame';

/** Sign-in with name and password. */
export default function Login() {
  const [query] = useQuery();
  const config = useConfig();
  const now = useStore(session);
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const login = useAction(async () => {
    const answer = await api.auth.login({ username: username.trim(), password, kind: 'session' });
    signedIn(answer.me);
  });
  const next = safeNext(query.get('next'));
  useEffect(() => {
    if (now.phase === 'in') navigate(next, { replace: true });
  }, [now.phase, next]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void login.run();
  };
  if (config?.needs_setup) {
    return (
      <EntryFrame title="Set up this installation">
        <p>There is no administrator yet. The server printed a one-time link when it started; open that link to set the first password.</p>
        <p className="muted">It is valid for 30 minutes. Start the server again to get a new one.</p>
      </EntryFrame>
    );
  }
  return (
    <EntryFrame title="Sign in">
      <form onSubmit={submit} className="form">
        <Field label="User name">
          <input
            type="text"
            autoComplete="username"
            autoCapitalize="off"
            autoFocus
            required
            value={username}
            data-testid="login-username"
            onChange={(event) => setUsername(event.target.value)}
          />
        </Field>
        <Field label="Password">
          <input
            type="password"
            autoComplete="current-password"
            required
            value={password}
            data-testid="login-password"
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        {login.problem ? <ProblemNote problem={login.problem} /> : null}
        <Button kind="primary" type="submit" busy={login.busy} data-testid="login-submit">
          Sign in
        </Button>
      </form>
    </EntryFrame>
  );
}
