import { useState } from 'react';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { PresentedHostKey, Target } from '../../lib/api';
import { useAction } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Check } from '../../parts/Check';
import { ProblemNote } from '../../parts/Problem';
import { Serial } from '../../parts/Serial';

/** Offers to pin the key that a host showed; a key that differs from the pinned one needs a second thought. */
export function PinKey({
  target,
  presented,
  onPinned,
}: {
  target: Target;
  presented: PresentedHostKey;
  onPinned: (target: Target) => void;
}) {
  const mayPin = useMay('host_keys.pin');
  const [sure, setSure] = useState(false);
  const pin = useAction(async () => {
    onPinned(
      await api.targets.pin(target.id, {
        algorithm: presented.algorithm,
        blob: presented.blob,
        ...(presented.is_change ? { replace: true } : {}),
      }),
    );
  });
  return (
    <div className={presented.is_change ? 'pinkey pinkey-change' : 'pinkey'} data-testid="presented-key">
      <p>
        {presented.is_change ? (
          <strong>
            The host key has changed. Another key is pinned for {target.name}: either the machine was installed anew, or somebody is in
            between.
          </strong>
        ) : (
          <>
            The host showed this key. Compare it with the machine itself, for example with{' '}
            <code>ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub</code> there.
          </>
        )}
      </p>
      <p className="pinkey-key">
        <span>{presented.algorithm}</span> <Serial text={presented.fingerprint} label="the fingerprint" />
      </p>
      {mayPin ? (
        <>
          {presented.is_change ? (
            <Check checked={sure} onChange={setSure} testId="pin-sure">
              I have compared the fingerprint; replace the pinned keys by this one.
            </Check>
          ) : null}
          <Button
            kind={presented.is_change ? 'danger' : 'primary'}
            icon="lock"
            busy={pin.busy}
            disabled={presented.is_change && !sure}
            onClick={() => void pin.run()}
            data-testid="pin-key"
          >
            {presented.is_change ? 'Replace the pinned key' : 'Pin this key'}
          </Button>
        </>
      ) : (
        <p className="muted">Only an administrator can pin host keys.</p>
      )}
      {pin.problem ? <ProblemNote problem={pin.problem} /> : null}
    </div>
  );
}
