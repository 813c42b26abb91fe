import { useState } from 'react';
import { api } from '../../lib/api';
import type { PersonalToken } from '../../lib/api';
import { usePages } from '../../lib/pages';
import { useAction } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Confirm } from '../../parts/Confirm';
import { Empty } from '../../parts/Empty';
import { Table } from '../../parts/Table';
import type { Column } from '../../parts/Table';
import { Tags } from '../../parts/Tags';
import { Time } from '../../parts/Time';
import { TokenDialog } from './TokenDialog';

/** The own personal tokens; their text is shown once. */
export function Tokens() {
  const pages = usePages<PersonalToken>('tokens', (cursor, options) =>
    api.auth.tokens({ limit: 100, ...(cursor ? { cursor } : {}) }, options),
  );
  const [isNew, setIsNew] = useState(false);
  const [asking, setAsking] = useState<PersonalToken>();
  const revoke = useAction(async (token: PersonalToken) => {
    await api.auth.revokeToken(token.id);
    setAsking(undefined);
    pages.reload();
  });
  const columns: Column<PersonalToken>[] = [
    { key: 'name', title: 'Name', narrow: 'first', className: 'cell-grow', render: (token) => token.name },
    {
      key: 'scope',
      title: 'May',
      narrow: 'second',
      render: (token) => (token.scope ? <Tags tags={token.scope} most={3} /> : 'all that you may'),
    },
    { key: 'made', title: 'Made', narrow: 'hide', render: (token) => <Time at={token.created_at} /> },
    { key: 'used', title: 'Last used', narrow: 'second', render: (token) => <Time at={token.last_used_at} /> },
    { key: 'ends', title: 'Ends', narrow: 'second', render: (token) => <Time at={token.expires_at} /> },
    {
      key: 'tools',
      title: 'Actions',
      className: 'cell-tools',
      render: (token) => (
        <Button small onClick={() => setAsking(token)} data-testid="token-revoke">
          Revoke
        </Button>
      ),
    },
  ];
  const add = (
    <Button kind="primary" icon="plus" onClick={() => setIsNew(true)} data-testid="token-add">
      New token
    </Button>
  );
  return (
    <>
      <div className="bar bar-end">{add}</div>
      <Table
        label="Personal tokens"
        noun="token"
        columns={columns}
        rowKey={(token) => token.id}
        pages={pages}
        rowTestId="token-row"
        empty={
          <Empty icon="key" title="No personal tokens">
            A token lets a program act in your name, with no more than you allow it and only for some time.
          </Empty>
        }
      />
      {isNew ? (
        <TokenDialog
          onClose={() => {
            setIsNew(false);
            pages.reload();
          }}
        />
      ) : null}
      {asking ? (
        <Confirm
          title={`Revoke ${asking.name}?`}
          action="Revoke the token"
          busy={revoke.busy}
          problem={revoke.problem}
          onConfirm={() => void revoke.run(asking)}
          onClose={() => setAsking(undefined)}
        >
          <p>Every program that uses this token is refused from now on. It cannot be taken back.</p>
        </Confirm>
      ) : null}
    </>
  );
}
