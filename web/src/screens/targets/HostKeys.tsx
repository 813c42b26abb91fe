import { useState } from 'react';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { PinnedHostKey, Target } from '../../lib/api';
import { useAction } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Confirm } from '../../parts/Confirm';
import { Serial } from '../../parts/Serial';
import { Time } from '../../parts/Time';

/** The pinned host keys of a target. */
export function HostKeys({ target, onChanged }: { target: Target; onChanged: (target: Target) => void }) {
  const mayPin = useMay('host_keys.pin');
  const [asking, setAsking] = useState<PinnedHostKey>();
  const unpin = useAction(async (key: PinnedHostKey) => {
    onChanged(await api.targets.unpin(target.id, key.fingerprint));
    setAsking(undefined);
  });
  if (target.host_keys.length === 0) {
    return (
      <p className="muted">
        {target.host_key_policy === 'strict'
          ? 'No key is pinned. Test the connection and pin the key that is shown.'
          : 'No key is pinned. The first one that is seen will be.'}
      </p>
    );
  }
  return (
    <>
      <ul className="hostkeys">
        {target.host_keys.map((key) => (
          <li key={key.fingerprint}>
            <span>{key.algorithm}</span> <Serial text={key.fingerprint} label="the fingerprint" />
            <span className="muted">
              pinned <Time at={key.pinned_at} /> by {key.pinned_by}
            </span>
            {mayPin ? (
              <Button
                small
                kind="quiet"
                icon="trash"
                aria-label={`Remove the pinned key ${key.fingerprint}`}
                onClick={() => setAsking(key)}
              />
            ) : null}
          </li>
        ))}
      </ul>
      {asking ? (
        <Confirm
          title="Remove the pinned key?"
          action="Remove the key"
          busy={unpin.busy}
          problem={unpin.problem}
          onConfirm={() => void unpin.run(asking)}
          onClose={() => setAsking(undefined)}
        >
          <p>
            {target.host_key_policy === 'strict'
              ? `Without a pinned key, runs on ${target.name} are refused until another key is pinned.`
              : `The next key that ${target.name} shows will be pinned without a question.`}
          </p>
          <p>
            <code>{asking.fingerprint}</code>
          </p>
        </Confirm>
      ) : null}
    </>
  );
}
