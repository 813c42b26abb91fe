import { useState } from 'react';
import { useCrumbs } from '../../app/crumbs';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { Credential } from '../../lib/api';
import { count } from '../../lib/format';
import { usePages } from '../../lib/pages';
import { useAction } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Confirm } from '../../parts/Confirm';
import { Empty } from '../../parts/Empty';
import { HistoryLink } from '../../parts/HistoryLink';
import { Page } from '../../parts/Page';
import { Serial } from '../../parts/Serial';
import { Table } from '../../parts/Table';
import type { Column } from '../../parts/Table';
import { Time } from '../../parts/Time';
import { CredentialDialog } from './CredentialDialog';
import { TargetsHead } from './TargetsHead';

const kindWords: Record<Credential['kind'], string> = {
  ssh_key: 'SSH key',
  password: 'Password',
  snmp_community: 'SNMP community',
  snmp_user: 'SNMP user',
};

/** Shared credentials by name; their secrets are never shown. */
export default function Credentials() {
  useCrumbs([{ word: 'Targets', to: '/targets' }, { word: 'Credentials' }]);
  const mayWrite = useMay('credentials.write');
  const mayAudit = useMay('audit.read');
  const pages = usePages<Credential>('credentials', (cursor, options) =>
    api.targets.credentials({ limit: 100, ...(cursor ? { cursor } : {}) }, options),
  );
  const [open, setOpen] = useState<{ kind: 'new' } | { kind: 'edit' | 'delete'; credential: Credential } | null>(null);
  const done = () => {
    setOpen(null);
    pages.reload();
  };
  const remove = useAction(async (credential: Credential) => {
    await api.targets.deleteCredential(credential.id);
    done();
  });
  const columns: Column<Credential>[] = [
    { key: 'name', title: 'Name', narrow: 'first', render: (one) => <span className="cell-name">{one.name}</span> },
    { key: 'kind', title: 'Kind', narrow: 'second', render: (one) => kindWords[one.kind] },
    { key: 'username', title: 'Account', narrow: 'second', render: (one) => one.username },
    {
      key: 'public',
      title: 'Public key',
      narrow: 'hide',
      className: 'cell-clip',
      render: (one) => (one.public_key ? <Serial text={one.public_key} label={`the public key of ${one.name}`} /> : null),
    },
    { key: 'used', title: 'Used by', narrow: 'second', className: 'cell-number', render: (one) => count(one.used_by) },
    { key: 'description', title: 'Description', narrow: 'hide', render: (one) => one.description },
    { key: 'updated', title: 'Changed', narrow: 'hide', render: (one) => <Time at={one.updated_at} /> },
    ...(mayWrite || mayAudit
      ? [
          {
            key: 'tools',
            title: 'Actions',
            className: 'cell-tools',
            render: (credential: Credential) => (
              <>
                <HistoryLink kind="credential" id={credential.id} name={credential.name} />
                {mayWrite ? (
                  <>
                    <Button
                      small
                      kind="quiet"
                      icon="edit"
                      aria-label={`Change ${credential.name}`}
                      onClick={() => setOpen({ kind: 'edit', credential })}
                    />
                    <Button
                      small
                      kind="quiet"
                      icon="trash"
                      aria-label={`Delete ${credential.name}`}
                      onClick={() => setOpen({ kind: 'delete', credential })}
                    />
                  </>
                ) : null}
              </>
            ),
          },
        ]
      : []),
  ];
  return (
    <Page
      title="Credentials"
      wide
      actions={
        mayWrite ? (
          <Button kind="primary" icon="plus" onClick={() => setOpen({ kind: 'new' })} data-testid="credential-add">
            Add a credential
          </Button>
        ) : null
      }
    >
      <TargetsHead current="credentials" />
      <Table
        label="Credentials"
        noun="credential"
        columns={columns}
        rowKey={(one) => one.id}
        pages={pages}
        rowTestId="credential-row"
        empty={
          <Empty
            icon="key"
            title="No credentials yet"
            action={
              mayWrite ? (
                <Button kind="primary" icon="plus" onClick={() => setOpen({ kind: 'new' })}>
                  Add a credential
                </Button>
              ) : undefined
            }
          >
            A credential is a password or an SSH key that targets share. Its secret is kept encrypted and is never shown again.
          </Empty>
        }
      />
      {open?.kind === 'new' ? <CredentialDialog onClose={() => setOpen(null)} onSaved={done} /> : null}
      {open?.kind === 'edit' ? <CredentialDialog credential={open.credential} onClose={() => setOpen(null)} onSaved={done} /> : null}
      {open?.kind === 'delete' ? (
        <Confirm
          title={`Delete ${open.credential.name}?`}
          action="Delete the credential"
          busy={remove.busy}
          problem={remove.problem}
          onConfirm={() => void remove.run(open.credential)}
          onClose={() => setOpen(null)}
        >
          <p>
            {open.credential.used_by > 0
              ? `${count(open.credential.used_by)} targets use it, so it will be refused: give them another credential first.`
              : 'No target uses it. Its secret is removed for good.'}
          </p>
        </Confirm>
      ) : null}
    </Page>
  );
}
