import { api } from '../../lib/api';
import type { OneTimeLink, User } from '../../lib/api';
import { useAction } from '../../lib/resource';
import { useState } from 'react';
import { Button } from '../../parts/Button';
import { Dialog } from '../../parts/Dialog';
import { ProblemNote } from '../../parts/Problem';
import { Serial } from '../../parts/Serial';
import { Time } from '../../parts/Time';

/** Makes the link with which a user sets a password. */
export function LinkDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const [link, setLink] = useState<OneTimeLink>();
  const make = useAction(async () => setLink(await api.auth.makeLink({ user: user.id })));
  return (
    <Dialog
      title={`A link for ${user.username}`}
      onClose={onClose}
      footer={
        link ? (
          <Button kind="primary" onClick={onClose}>
            I have copied it
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Close</Button>
            <Button kind="primary" icon="link" busy={make.busy} onClick={() => void make.run()} data-testid="link-make">
              Make the link
            </Button>
          </>
        )
      }
    >
      {link ? (
        <>
          <p>
            Give this link to {user.username} and to nobody else. It works once, until <Time at={link.expires_at} exact />.
          </p>
          <p className="token-text" data-testid="link-text">
            <Serial text={location.origin + link.path} label="the link" />
          </p>
        </>
      ) : (
        <p>With a one-time link {user.username} chooses a new password. It is valid for a day; earlier links stop working.</p>
      )}
      {make.problem ? <ProblemNote problem={make.problem} /> : null}
    </Dialog>
  );
}
