import { useState } from 'react';
import { useMay, useMe } from '../../app/session';
import { api } from '../../lib/api';
import { auditAddress } from '../../lib/auditquery';
import { navigate } from '../../lib/router';
import type { User } from '../../lib/api';
import { usePages } from '../../lib/pages';
import { useAction } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Confirm } from '../../parts/Confirm';
import { Dialog } from '../../parts/Dialog';
import { Empty } from '../../parts/Empty';
import { Menu } from '../../parts/Menu';
import { Icon } from '../../parts/Icon';
import { Table } from '../../parts/Table';
import type { Column } from '../../parts/Table';
import { Time } from '../../parts/Time';
import { LinkDialog } from './LinkDialog';
import { Sessions } from './Sessions';
import { UserDialog } from './UserDialog';

type Open = { kind: 'new' } | { kind: 'edit' | 'link' | 'sessions' | 'disable' | 'delete'; user: User };

/** The people of this installation and their roles. */
export function Users() {
  const me = useMe();
  const mayManage = useMay('users.manage');
  const mayAudit = useMay('audit.read');
  const pages = usePages<User>('users', (cursor, options) => api.users.list({ limit: 100, ...(cursor ? { cursor } : {}) }, options));
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const done = () => {
    close();
    pages.reload();
  };
  const setActive = useAction(async (user: User, active: boolean) => {
    await api.users.update(user.id, {
      username: user.username,
      display_name: user.display_name,
      role: user.role,
      is_active: active,
      revision: user.revision,
    });
    done();
  });
  const remove = useAction(async (user: User) => {
    await api.users.delete(user.id);
    done();
  });
  const columns: Column<User>[] = [
    {
      key: 'name',
      title: 'User',
      narrow: 'first',
      className: 'cell-grow',
      render: (user) => (
        <>
          <strong>{user.username}</strong>
          {user.display_name && user.display_name !== user.username ? <span className="muted"> {user.display_name}</span> : null}
          {user.id === me.id ? <span className="tag">you</span> : null}
        </>
      ),
    },
    { key: 'role', title: 'Role', narrow: 'second', render: (user) => user.role },
    {
      key: 'active',
      title: 'Sign-in',
      narrow: 'second',
      render: (user) =>
        user.is_active ? (
          <span className="status tone-succeeded">
            <Icon name="tick" size={14} />
            Allowed
          </span>
        ) : (
          <span className="status tone-skipped">
            <Icon name="lock" size={14} />
            Disabled
          </span>
        ),
    },
    { key: 'added', title: 'Added', narrow: 'hide', render: (user) => <Time at={user.created_at} /> },
    ...(mayManage
      ? [
          {
            key: 'tools',
            title: 'Actions',
            className: 'cell-tools',
            render: (user: User) => (
              <Menu
                name={`Actions for ${user.username}`}
                className="button button-quiet button-small button-icon"
                testId="user-actions"
                label={<Icon name="more" />}
                items={[
                  { label: 'Change', icon: 'edit', onSelect: () => setOpen({ kind: 'edit', user }) },
                  { label: 'Make a one-time link', icon: 'link', onSelect: () => setOpen({ kind: 'link', user }), testId: 'user-link' },
                  { label: 'Sessions', icon: 'screen', onSelect: () => setOpen({ kind: 'sessions', user }) },
                  ...(mayAudit
                    ? [
                        { label: 'History', icon: 'history' as const, onSelect: () => navigate(auditAddress({ kind: 'user', object: user.id })) },
                        { label: 'What they did', icon: 'ledger' as const, onSelect: () => navigate(auditAddress({ actor: user.id })) },
                      ]
                    : []),
                  ...(user.id === me.id
                    ? []
                    : [
                        user.is_active
                          ? { label: 'Disable', icon: 'lock' as const, onSelect: () => setOpen({ kind: 'disable', user }) }
                          : { label: 'Allow sign-in', icon: 'tick' as const, onSelect: () => void setActive.run(user, true) },
                        { label: 'Delete', icon: 'trash' as const, danger: true, onSelect: () => setOpen({ kind: 'delete', user }) },
                      ]),
                ]}
              />
            ),
          },
        ]
      : []),
  ];
  return (
    <>
      {mayManage ? (
        <div className="bar bar-end">
          <Button kind="primary" icon="plus" onClick={() => setOpen({ kind: 'new' })} data-testid="user-add">
            Add a user
          </Button>
        </div>
      ) : null}
      <Table
        label="Users"
        noun="user"
        columns={columns}
        rowKey={(user) => user.id}
        pages={pages}
        rowTestId="user-row"
        empty={<Empty icon="user" title="No users" />}
      />
      {open?.kind === 'new' ? (
        <UserDialog
          onClose={close}
          onSaved={(user) => {
            pages.reload();
            setOpen({ kind: 'link', user });
          }}
        />
      ) : null}
      {open?.kind === 'edit' ? <UserDialog user={open.user} onClose={close} onSaved={done} /> : null}
      {open?.kind === 'link' ? <LinkDialog user={open.user} onClose={close} /> : null}
      {open?.kind === 'sessions' ? (
        <Dialog title={`Sessions of ${open.user.username}`} wide onClose={close}>
          <Sessions user={open.user.id} whose={`${open.user.username}’s`} />
        </Dialog>
      ) : null}
      {open?.kind === 'disable' ? (
        <Confirm
          title={`Disable ${open.user.username}?`}
          action="Disable the user"
          busy={setActive.busy}
          problem={setActive.problem}
          onConfirm={() => void setActive.run(open.user, false)}
          onClose={close}
        >
          <p>
            All sessions and tokens of {open.user.username} end at once, and no sign-in is possible until you allow it again. Runs that were
            started go on.
          </p>
        </Confirm>
      ) : null}
      {open?.kind === 'delete' ? (
        <Confirm
          title={`Delete ${open.user.username}?`}
          action="Delete the user"
          busy={remove.busy}
          problem={remove.problem}
          onConfirm={() => void remove.run(open.user)}
          onClose={close}
        >
          <p>The account, its sessions and its tokens are removed. What {open.user.username} did stays in the history under this name.</p>
        </Confirm>
      ) : null}
    </>
  );
}
