import type { FormEvent } from 'react';
import { signedIn } from '../../app/session';
import { api } from '../../lib/api';
import { useAction } from '../../lib/resource';
import { navigate, useQuery } from '../../lib/router';
import { Button } from '../../parts/Button';
import { NewPassword, useNewPassword } from '../../parts/NewPassword';
import { ProblemNote } from '../../parts/Problem';
import { EntryFrame } from './EntryFrame';

/** A password through the one-time link that an administrator made. */
export default function Redeem() {
  const [query] = useQuery();
  const token = query.get('token') ?? '';
  const choice = useNewPassword();
  const redeem = useAction(async () => {
    const answer = await api.auth.redeem({ token, password: choice.password, kind: 'session' });
    signedIn(answer.me);
    navigate('/', { replace: true });
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void redeem.run();
  };
  if (token === '') {
    return (
      <EntryFrame title="The link is not complete">
        <p>
          Open the whole link that you were given; it ends in <code>/redeem?token=…</code>
        </p>
      </EntryFrame>
    );
  }
  return (
    <EntryFrame title="Choose your password">
      <form onSubmit={submit} className="form">
        <NewPassword choice={choice} problem={redeem.problem} testPrefix="redeem" />
        {redeem.problem ? <ProblemNote problem={redeem.problem} showPlaces={false} /> : null}
        <Button
          kind="primary"
          type="submit"
          busy={redeem.busy}
          disabled={choice.wrong !== undefined}
          data-testid="redeem-submit"
        >
          Set the password and sign in
        </Button>
      </form>
    </EntryFrame>
  );
}
