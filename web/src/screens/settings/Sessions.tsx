import { useState } from 'react';
import { signOut } from '../../app/session';
import { api } from '../../lib/api';
import type { Session } from '../../lib/api';
import { usePages } from '../../lib/pages';
import { useAction } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Confirm } from '../../parts/Confirm';
import { Empty } from '../../parts/Empty';
import { Table } from '../../parts/Table';
import type { Column } from '../../parts/Table';
import { Time } from '../../parts/Time';

function client(agent: string | undefined): string {
  if (agent === undefined || agent === '') return 'unknown client';
  const browser = /(Firefox|Edg|Chrome|Safari)\/(\d+)/.exec(agent);
  const system = /(Windows|Mac OS X|Android|iPhone|Linux)/.exec(agent);
  return browser ? `${(browser[1] ?? '').replace('Edg', 'Edge')} ${browser[2]}${system ? ` on ${system[1]}` : ''}` : agent.slice(0, 60);
}

/** The sign-ins that are still open. */
export function Sessions({ user, whose = 'your' }: { user?: string; whose?: string }) {
  const pages = usePages<Session>(`sessions?${user ?? ''}`, (cursor, options) =>
    api.auth.sessions({ limit: 100, ...(user ? { user } : {}), ...(cursor ? { cursor } : {}) }, options),
  );
  const [asking, setAsking] = useState<Session>();
  const revoke = useAction(async (one: Session) => {
    if (one.is_current) {
      await signOut();
      return;
    }
    await api.auth.revokeSession(one.id);
    setAsking(undefined);
    pages.reload();
  });
  const columns: Column<Session>[] = [
    {
      key: 'client',
      title: 'Client',
      narrow: 'first',
      className: 'cell-grow',
      render: (one) => (
        <span title={one.user_agent}>
          {one.kind === 'token' ? 'Command line or program, ' : ''}
          {client(one.user_agent)}
          {one.is_current ? <span className="tag">this one</span> : null}
        </span>
      ),
    },
    { key: 'address', title: 'Address', narrow: 'second', render: (one) => <code>{one.address}</code> },
    { key: 'begun', title: 'Signed in', narrow: 'second', render: (one) => <Time at={one.created_at} /> },
    { key: 'used', title: 'Last used', narrow: 'second', render: (one) => <Time at={one.last_used_at} /> },
    { key: 'ends', title: 'Ends', narrow: 'hide', render: (one) => <Time at={one.expires_at} /> },
    {
      key: 'tools',
      title: 'Actions',
      className: 'cell-tools',
      render: (one) => (
        <Button small onClick={() => setAsking(one)} data-testid="session-revoke">
          {one.is_current ? 'Sign out' : 'End'}
        </Button>
      ),
    },
  ];
  return (
    <>
      <Table
        label="Sessions"
        noun="session"
        columns={columns}
        rowKey={(one) => one.id}
        pages={pages}
        rowTestId="session-row"
        empty={<Empty icon="user" title="No open session" />}
      />
      {asking ? (
        <Confirm
          title={asking.is_current ? 'Sign out here?' : 'End this session?'}
          action={asking.is_current ? 'Sign out' : 'End the session'}
          busy={revoke.busy}
          problem={revoke.problem}
          testId="session-confirm"
          onConfirm={() => void revoke.run(asking)}
          onClose={() => setAsking(undefined)}
        >
          <p>
            {asking.is_current
              ? 'This browser is signed out.'
              : `Whoever uses ${client(asking.user_agent)} from ${asking.address ?? 'there'} has to sign in again; nothing else of ${whose} account changes.`}
          </p>
        </Confirm>
      ) : null}
    </>
  );
}
