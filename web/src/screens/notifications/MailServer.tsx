import { useState } from 'react';
import type { FormEvent } from 'react';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { MailSecurity, MailServer as Server, MailServerState, NotificationTest, SaveMailServer } from '../../lib/api';
import { useAction, useResource } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Confirm } from '../../parts/Confirm';
import { Field } from '../../parts/Field';
import { Panel } from '../../parts/Panel';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { Time } from '../../parts/Time';
import { TestOutcome } from './TestOutcome';

const securities: [MailSecurity, string, number][] = [
  ['starttls', 'STARTTLS, which the server must offer', 587],
  ['tls', 'TLS from the first byte', 465],
  ['none', 'Not at all; only without a password', 25],
];

/** The mail server that channels of the kind mail send through. */
export function MailServer() {
  const found = useResource('mail-server', (signal) => api.notifications.mailServer({ signal }));
  if (found.problem) return <ProblemNote problem={found.problem} retry={found.reload} />;
  if (!found.value) return <Skeleton rows={4} />;
  const { server } = found.value;
  return (
    <div className="columns">
      <MailForm key={server?.revision ?? 0} server={server} onSaved={found.replace} />
      {server ? <MailTest /> : null}
    </div>
  );
}

function MailForm({ server, onSaved }: { server: Server | undefined; onSaved: (state: MailServerState) => void }) {
  const mayWrite = useMay('notifications.write');
  const [host, setHost] = useState(server?.host ?? '');
  const [security, setSecurity] = useState<MailSecurity>(server?.security ?? 'starttls');
  const [port, setPort] = useState(String(server?.port ?? 587));
  const [username, setUsername] = useState(server?.username ?? '');
  const [password, setPassword] = useState('');
  const [sender, setSender] = useState(server?.sender ?? '');
  const [senderName, setSenderName] = useState(server?.sender_name ?? '');
  const [asksDelete, setAsksDelete] = useState(false);
  const save = useAction(async () => {
    const body: SaveMailServer = { host: host.trim(), port: Math.round(Number(port)), security, sender: sender.trim() };
    if (username.trim() !== '') body.username = username.trim();
    if (password !== '') body.password = password;
    if (senderName.trim() !== '') body.sender_name = senderName.trim();
    if (server) body.revision = server.revision;
    onSaved(await api.notifications.saveMailServer(body));
  });
  const remove = useAction(async () => {
    await api.notifications.deleteMailServer();
    onSaved({});
  });
  const choose = (next: MailSecurity) => {
    // A port that is usual for the present protection gives way to the one that is usual for the next.
    if (securities.some(([, , usual]) => String(usual) === port)) setPort(String(securities.find(([key]) => key === next)?.[2] ?? port));
    setSecurity(next);
  };
  const { problem } = save;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save.run();
  };
  return (
    <Panel title="Mail server">
      <form className="form" onSubmit={submit} autoComplete="off">
        {server ? null : <p className="muted">None is set, so channels of the kind mail send nothing.</p>}
        <fieldset className="form" disabled={!mayWrite}>
          <legend className="unseen">Mail server</legend>
          <div className="form-row">
            <Field label="Host" className="field-grow" problem={problem} pointer="#/host">
              <input type="text" required spellCheck={false} placeholder="mail.example.org" value={host} data-testid="mail-host" onChange={(event) => setHost(event.target.value)} />
            </Field>
            <Field label="Port" className="field-short" problem={problem} pointer="#/port">
              <input type="number" required min={1} max={65535} value={port} data-testid="mail-port" onChange={(event) => setPort(event.target.value)} />
            </Field>
          </div>
          <Field label="Protection" problem={problem} pointer="#/security">
            <select value={security} data-testid="mail-security" onChange={(event) => choose(event.target.value as MailSecurity)}>
              {securities.map(([key, word]) => (
                <option key={key} value={key}>
                  {word}
                </option>
              ))}
            </select>
          </Field>
          <div className="form-row">
            <Field label="Account" optional problem={problem} pointer="#/username">
              <input type="text" autoComplete="off" autoCapitalize="off" spellCheck={false} value={username} data-testid="mail-username" onChange={(event) => setUsername(event.target.value)} />
            </Field>
            <Field
              label="Password"
              optional
              hint={server?.has_password ? 'Leave it empty to keep the present one.' : undefined}
              problem={problem}
              pointer="#/password"
            >
              <input
                type="password"
                autoComplete="new-password"
                placeholder={server?.has_password ? 'kept' : ''}
                value={password}
                data-testid="mail-password"
                onChange={(event) => setPassword(event.target.value)}
              />
            </Field>
          </div>
          <div className="form-row">
            <Field label="Sender" problem={problem} pointer="#/sender">
              <input type="text" required spellCheck={false} placeholder="opsconductor@example.org" value={sender} data-testid="mail-sender" onChange={(event) => setSender(event.target.value)} />
            </Field>
            <Field label="Name of the sender" optional problem={problem} pointer="#/sender_name">
              <input type="text" value={senderName} onChange={(event) => setSenderName(event.target.value)} />
            </Field>
          </div>
        </fieldset>
        {server ? (
          <p className="field-hint">
            Changed by {server.updated_by} <Time at={server.updated_at} />.
          </p>
        ) : null}
        {problem ? <ProblemNote problem={problem} showPlaces={false} /> : null}
        {mayWrite ? (
          <div className="pieces">
            <Button kind="primary" type="submit" busy={save.busy} data-testid="mail-save">
              Save
            </Button>
            {server ? (
              <Button kind="danger" onClick={() => setAsksDelete(true)}>
                Forget the mail server
              </Button>
            ) : null}
          </div>
        ) : (
          <p className="field-hint">Only administrators change this.</p>
        )}
      </form>
      {asksDelete ? (
        <Confirm
          title="Forget the mail server?"
          action="Forget it"
          busy={remove.busy}
          problem={remove.problem}
          onConfirm={() => void remove.run()}
          onClose={() => setAsksDelete(false)}
        >
          <p>Its password is removed for good, and channels of the kind mail send nothing until one is set again.</p>
        </Confirm>
      ) : null}
    </Panel>
  );
}

function MailTest() {
  const mayWrite = useMay('notifications.write');
  const [recipient, setRecipient] = useState('');
  const [outcome, setOutcome] = useState<NotificationTest>();
  const test = useAction(async () => {
    setOutcome(undefined);
    setOutcome(await api.notifications.testMailServer({ recipient: recipient.trim() }));
  });
  if (!mayWrite) return null;
  return (
    <Panel title="Test mail">
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void test.run();
        }}
      >
        <Field label="Recipient" hint="A mail that says it is a test is sent for real, with what is saved." problem={test.problem} pointer="#/recipient">
          <input type="text" required spellCheck={false} placeholder="you@example.org" value={recipient} data-testid="mail-recipient" onChange={(event) => setRecipient(event.target.value)} />
        </Field>
        <div>
          <Button icon="send" type="submit" busy={test.busy} data-testid="mail-test">
            Send a test mail
          </Button>
        </div>
        {outcome ? <TestOutcome outcome={outcome} /> : null}
        {test.problem ? <ProblemNote problem={test.problem} showPlaces={false} /> : null}
      </form>
    </Panel>
  );
}
