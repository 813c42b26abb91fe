import { useState } from 'react';
import type { FormEvent } from 'react';
import { api } from '../../lib/api';
import type { NotificationChannel, NotificationChannelKind, Problem, SaveNotificationChannel, WebhookMethod } from '../../lib/api';
import { channelWords } from '../../lib/notices';
import { useAction, useResource } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Check } from '../../parts/Check';
import { Dialog } from '../../parts/Dialog';
import { Field } from '../../parts/Field';
import { LinesArea } from '../../parts/LinesArea';
import { Link } from '../../parts/Link';
import { ProblemNote } from '../../parts/Problem';
import { WebhookFields } from './WebhookFields';
import type { WebhookDraft } from './WebhookFields';

const urlHints: Record<NotificationChannelKind, string> = {
  email: '',
  webhook: 'Where the request goes. All of it is kept secret but scheme, host and port.',
  slack: 'Of an incoming webhook of Slack. Who has it can write into the room, so it is kept secret.',
  teams: 'Of a workflow or incoming webhook of Microsoft Teams. Who has it can write into the room, so it is kept secret.',
};
const nothing: Problem = { type: '', title: '', status: 0, detail: '' };

/** Adds a channel, or changes one: secrets are only ever written, and stay when their fields are empty. */
export function ChannelDialog({
  channel,
  onClose,
  onSaved,
}: {
  channel?: NotificationChannel;
  onClose: () => void;
  onSaved: (channel: NotificationChannel) => void;
}) {
  const [name, setName] = useState(channel?.name ?? '');
  const [kind, setKind] = useState<NotificationChannelKind>(channel?.kind ?? 'email');
  const [description, setDescription] = useState(channel?.description ?? '');
  const [enabled, setEnabled] = useState(channel?.enabled ?? true);
  const [recipients, setRecipients] = useState(channel?.recipients ?? []);
  const [url, setURL] = useState('');
  const [webhook, setWebhook] = useState<WebhookDraft>({
    method: channel?.method ?? ('POST' as WebhookMethod),
    headers: null,
    signing: 'keep',
    secret: '',
    template: channel?.template ?? '',
  });
  const mail = useResource(kind === 'email' ? 'mail-server' : null, (signal) => api.notifications.mailServer({ signal }));
  const vocabulary = useResource(kind === 'webhook' ? 'notification-vocabulary' : null, (signal) => api.notifications.vocabulary({ signal }));
  const save = useAction(async () => {
    const body: SaveNotificationChannel = { name: name.trim(), kind, description: description.trim(), enabled };
    if (channel) body.revision = channel.revision;
    if (kind === 'email') body.recipients = recipients.map((one) => one.trim());
    if (kind !== 'email' && url.trim() !== '') body.url = url.trim();
    if (kind === 'webhook') {
      body.method = webhook.method;
      if (webhook.headers) body.headers = Object.fromEntries(webhook.headers.filter(([header]) => header.trim() !== '').map(([header, text]) => [header.trim(), text]));
      if (webhook.signing === 'set') body.signing_secret = webhook.secret;
      if (webhook.signing === 'end') body.signing_secret = '';
      if (webhook.template.trim() !== '') body.template = webhook.template;
    }
    onSaved(channel ? await api.notifications.updateChannel(channel.id, body) : await api.notifications.createChannel(body));
  });
  const { problem } = save;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save.run();
  };
  return (
    <Dialog
      title={channel ? `Change ${channel.name}` : 'Add a channel'}
      wide={kind === 'webhook'}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button kind="primary" type="submit" form="channel-form" busy={save.busy} disabled={name.trim() === ''} data-testid="channel-save">
            {channel ? 'Save' : 'Add the channel'}
          </Button>
        </>
      }
    >
      <form id="channel-form" className="form" onSubmit={submit} autoComplete="off">
        <div className="form-row">
          <Field label="Name" className="field-grow" hint="Letters, digits, dots, dashes." problem={problem} pointer="#/name">
            <input type="text" required autoFocus spellCheck={false} value={name} data-testid="channel-name" onChange={(event) => setName(event.target.value)} />
          </Field>
          <Field label="Kind" problem={problem} pointer="#/kind">
            <select
              value={kind}
              disabled={channel !== undefined}
              data-testid="channel-kind"
              onChange={(event) => setKind(event.target.value as NotificationChannelKind)}
            >
              {(Object.keys(channelWords) as NotificationChannelKind[]).map((one) => (
                <option key={one} value={one}>
                  {channelWords[one][0]}
                </option>
              ))}
            </select>
          </Field>
        </div>
        {kind === 'email' ? (
          <>
            <Field label="Recipients" hint="Mail addresses, one to a line." problem={problem} pointer="#/recipients">
              <LinesArea rows={3} value={recipients} onChange={setRecipients} testId="channel-recipients" />
            </Field>
            {mail.value && !mail.value.server ? (
              <p className="note">
                No mail server is set, so nothing can be sent. <Link to="/notifications/mail">Set the mail server</Link>
              </p>
            ) : null}
          </>
        ) : (
          <Field
            label="URL"
            hint={channel ? `Now leads to ${channel.destination ?? 'nowhere'}. Leave it empty to keep the present one.` : urlHints[kind]}
            problem={problem}
            pointer="#/url"
          >
            <input
              type="password"
              autoComplete="new-password"
              spellCheck={false}
              required={!channel}
              value={url}
              placeholder={channel ? 'kept' : 'https://'}
              data-testid="channel-url"
              onChange={(event) => setURL(event.target.value)}
            />
          </Field>
        )}
        {kind === 'webhook' ? (
          <WebhookFields draft={webhook} channel={channel} names={vocabulary.value?.names ?? []} problem={problem ?? nothing} onChange={setWebhook} />
        ) : null}
        <Field label="Description" optional problem={problem} pointer="#/description">
          <input type="text" value={description} onChange={(event) => setDescription(event.target.value)} />
        </Field>
        <Check checked={enabled} onChange={setEnabled} testId="channel-enabled">
          Send over this channel
        </Check>
        {problem ? <ProblemNote problem={problem} showPlaces={false} /> : null}
      </form>
    </Dialog>
  );
}
