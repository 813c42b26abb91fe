import { useState } from 'react';
import type { FormEvent } from 'react';
import { signedIn, useConfig } from '../../app/session';
import { api } from '../../lib/api';
import { useAction } from '../../lib/resource';
import { navigate, useQuery } from '../../lib/router';
import { Button } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { Link } from '../../parts/Link';
import { NewPassword, useNewPassword } from '../../parts/NewPassword';
import { ProblemNote } from '../../parts/Problem';
import { EntryFrame } from './EntryFrame';

/** The first administrator, through the one-time link. */
export default function SetUp() {
  const [query] = useQuery();
  const config = useConfig();
  const token = query.get('token') ?? '';
  const [username, setUsername] = useState('admin');
  const choice = useNewPassword();
  const setUp = useAction(async () => {
    const answer = await api.auth.setUp({ token, username: username.trim(), password: choice.password, kind: 'session' });
    signedIn(answer.me);
    navigate('/', { replace: true });
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void setUp.run();
  };
  if (config && !config.needs_setup) {
    return (
      <EntryFrame title="Already set up">
        <p>This installation has an administrator. The set-up link works only once.</p>
        <Link className="button button-primary" to="/login">
          Sign in
        </Link>
      </EntryFrame>
    );
  }
  if (token === '') {
    return (
      <EntryFrame title="The link is not complete">
        <p>
          Open the whole link that the server printed when it started; it ends in <code>/setup?token=…</code>
        </p>
      </EntryFrame>
    );
  }
  return (
    <EntryFrame title="Set up this installation">
      <p>Choose name and password of the first administrator.</p>
      <form onSubmit={submit} className="form">
        <Field label="User name" problem={setUp.problem} pointer="#/username">
          <input
            type="text"
            autoComplete="username"
            autoCapitalize="off"
            required
            value={username}
            data-testid="setup-username"
            onChange={(event) => setUsername(event.target.value)}
          />
        </Field>
        <NewPassword choice={choice} problem={setUp.problem} testPrefix="setup" />
        {setUp.problem ? <ProblemNote problem={setUp.problem} showPlaces={false} /> : null}
        <Button
          kind="primary"
          type="submit"
          busy={setUp.busy}
          disabled={choice.wrong !== undefined}
          data-testid="setup-submit"
        >
          Set up and sign in
        </Button>
      </form>
    </EntryFrame>
  );
}
