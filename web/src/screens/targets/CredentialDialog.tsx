import { useState } from 'react';
import type { FormEvent } from 'react';
import { api } from '../../lib/api';
import type { Credential, CredentialKind, SaveCredential, SNMPAuthentication } from '../../lib/api';
import { useAction } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { CodeArea } from '../../parts/CodeArea';
import { Dialog } from '../../parts/Dialog';
import { Field } from '../../parts/Field';
import { ProblemNote } from '../../parts/Problem';

/** Adds a credential, or changes one: an empty secret stays as it is. */
export function CredentialDialog({ credential, onClose, onSaved }: { credential?: Credential; onClose: () => void; onSaved: () => void }) {
  const [name, setName] = useState(credential?.name ?? '');
  const [kind, setKind] = useState<CredentialKind>(credential?.kind ?? 'ssh_key');
  const [username, setUsername] = useState(credential?.username ?? '');
  const [description, setDescription] = useState(credential?.description ?? '');
  const [password, setPassword] = useState('');
  const [privateKey, setPrivateKey] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [certificate, setCertificate] = useState('');
  const [authentication, setAuthentication] = useState<SNMPAuthentication>(credential?.snmp_authentication ?? 'sha256');
  const save = useAction(async () => {
    const body: SaveCredential = { name: name.trim(), kind, username: username.trim(), description };
    if (credential) body.revision = credential.revision;
    if (kind !== 'ssh_key' && password !== '') body.password = password;
    if (kind === 'snmp_user' && passphrase !== '') body.passphrase = passphrase;
    if (kind === 'snmp_user') body.snmp_authentication = authentication;
    if (kind === 'ssh_key' && privateKey.trim() !== '') body.private_key = privateKey.trimEnd() + '\n';
    if (kind === 'ssh_key' && passphrase !== '') body.passphrase = passphrase;
    if (kind === 'ssh_key' && certificate.trim() !== '') body.certificate = certificate.trim();
    if (credential) await api.targets.updateCredential(credential.id, body);
    else await api.targets.createCredential(body);
    onSaved();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save.run();
  };
  const kept = credential && credential.kind === kind ? 'Leave it empty to keep the present one.' : undefined;
  const load = async (file: File | undefined) => {
    if (file) setPrivateKey(await file.text());
  };
  const problem = save.problem;
  return (
    <Dialog
      title={credential ? `Change ${credential.name}` : 'Add a credential'}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            kind="primary"
            type="submit"
            form="credential-form"
            busy={save.busy}
            disabled={name.trim() === ''}
            data-testid="credential-save"
          >
            {credential ? 'Save' : 'Add the credential'}
          </Button>
        </>
      }
    >
      <form id="credential-form" className="form" onSubmit={submit} autoComplete="off">
        <Field label="Name" problem={problem} pointer="#/name">
          <input
            type="text"
            required
            autoFocus
            value={name}
            data-testid="credential-name"
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <div className="form-row">
          <Field label="Kind" problem={problem} pointer="#/kind">
            <select value={kind} data-testid="credential-kind" onChange={(event) => setKind(event.target.value as CredentialKind)}>
              <option value="ssh_key">SSH key</option>
              <option value="password">Password</option>
              <option value="snmp_community">SNMP v2c community</option>
              <option value="snmp_user">SNMP v3 user</option>
            </select>
          </Field>
          <Field
            label="Account"
            className="field-grow"
            hint={kind.startsWith('snmp') ? 'For discovery only.' : 'For all targets whose method names none.'}
            problem={problem}
            pointer="#/username"
          >
            <input
              type="text"
              autoComplete="off"
              autoCapitalize="off"
              value={username}
              data-testid="credential-username"
              onChange={(event) => setUsername(event.target.value)}
            />
          </Field>
        </div>
        {kind !== 'ssh_key' ? (
          <Field label={kind === 'snmp_community' ? 'Community' : 'Password'} hint={kept} problem={problem} pointer="#/password">
            <input
              type="password"
              autoComplete="new-password"
              value={password}
              data-testid="credential-password"
              onChange={(event) => setPassword(event.target.value)}
            />
          </Field>
        ) : (
          <>
            <Field label="Private key" hint={kept ?? 'OpenSSH or PEM text.'} problem={problem} pointer="#/private_key">
              <CodeArea
                value={privateKey}
                onChange={setPrivateKey}
                rows={6}
                numbers={false}
                testId="credential-key"
                placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
              />
            </Field>
            <Field label="or from a file" optional>
              <input type="file" onChange={(event) => void load(event.target.files?.[0])} />
            </Field>
            <Field label="Passphrase" optional hint={kept} problem={problem} pointer="#/passphrase">
              <input
                type="password"
                autoComplete="new-password"
                value={passphrase}
                onChange={(event) => setPassphrase(event.target.value)}
              />
            </Field>
            <Field label="Certificate" optional problem={problem} pointer="#/certificate">
              <input type="text" value={certificate} onChange={(event) => setCertificate(event.target.value)} />
            </Field>
          </>
        )}
        {kind === 'snmp_user' ? (
          <div className="form-row">
            <Field label="Passphrase for encryption" optional hint={kept} problem={problem} pointer="#/passphrase">
              <input type="password" autoComplete="new-password" value={passphrase} onChange={(event) => setPassphrase(event.target.value)} />
            </Field>
            <Field label="Authentication" problem={problem} pointer="#/snmp_authentication">
              <select value={authentication} onChange={(event) => setAuthentication(event.target.value as SNMPAuthentication)}>
                <option value="sha256">SHA-256</option>
                <option value="sha512">SHA-512</option>
                <option value="sha1">SHA-1</option>
              </select>
            </Field>
          </div>
        ) : null}
        <Field label="Description" optional problem={problem} pointer="#/description">
          <input type="text" value={description} onChange={(event) => setDescription(event.target.value)} />
        </Field>
        {problem ? <ProblemNote problem={problem} showPlaces={false} /> : null}
      </form>
    </Dialog>
  );
}
