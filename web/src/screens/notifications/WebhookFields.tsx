import { useEffect, useState } from 'react';
import type { NotificationChannel, Problem, TemplateName, WebhookMethod } from '../../lib/api';
import { readable } from '../../lib/changes';
import { Button } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { FieldGroup } from '../../parts/FieldGroup';
import { ProblemNote } from '../../parts/Problem';
import { TemplateField } from './TemplateField';
import { usePreview } from './usePreview';

/** What a webhook has besides its URL, while it is edited. */
export interface WebhookDraft {
  method: WebhookMethod;
  /** New header fields in place of those that were; null keeps them. */
  headers: [string, string][] | null;
  signing: 'keep' | 'set' | 'end';
  secret: string;
  template: string;
}

interface WebhookFieldsProps {
  draft: WebhookDraft;
  channel: NotificationChannel | undefined;
  names: TemplateName[];
  problem: Problem;
  onChange: (draft: WebhookDraft) => void;
}

/** Method, header fields, signature and body of a webhook. */
export function WebhookFields({ draft, channel, names, problem, onChange }: WebhookFieldsProps) {
  const set = (patch: Partial<WebhookDraft>) => onChange({ ...draft, ...patch });
  const kept = channel?.headers ?? [];
  const headers = draft.headers ?? [];
  const setHeader = (at: number, header: [string, string]) => set({ headers: headers.map((old, other) => (other === at ? header : old)) });
  return (
    <>
      <div className="form-row">
        <Field label="Method" className="field-short" problem={problem} pointer="#/method">
          <select value={draft.method} onChange={(event) => set({ method: event.target.value as WebhookMethod })}>
            <option value="POST">POST</option>
            <option value="PUT">PUT</option>
          </select>
        </Field>
        <Field label="Signature" problem={problem} pointer="#/signing_secret" hint="HMAC, so that the other side can tell that it is from here.">
          <select
            value={draft.signing}
            data-testid="channel-signing"
            onChange={(event) => set({ signing: event.target.value as WebhookDraft['signing'], secret: '' })}
          >
            <option value="keep">{channel?.signed ? 'Signed, with the secret it has' : 'Not signed'}</option>
            <option value="set">{channel?.signed ? 'Signed, with a new secret' : 'Signed with a secret'}</option>
            {channel?.signed ? <option value="end">Not signed any more</option> : null}
          </select>
        </Field>
        {draft.signing === 'set' ? (
          <Field label="Signing secret">
            <input
              type="password"
              autoComplete="new-password"
              required
              value={draft.secret}
              data-testid="channel-secret"
              onChange={(event) => set({ secret: event.target.value })}
            />
          </Field>
        ) : null}
      </div>
      <FieldGroup label="Header fields" problem={problem} pointer="#/headers" hint="Such as Authorization. Their values are kept secret.">
        {draft.headers === null ? (
          <div className="pieces">
            {kept.length === 0 ? <span className="muted">none</span> : null}
            {kept.map((name) => (
              <span key={name} className="tag">
                {name}
              </span>
            ))}
            <Button small icon={kept.length > 0 ? 'edit' : 'plus'} onClick={() => set({ headers: kept.length > 0 ? kept.map((name) => [name, '']) : [['', '']] })} data-testid="channel-headers">
              {kept.length > 0 ? 'Replace them all' : 'Add a header field'}
            </Button>
          </div>
        ) : (
          <div className="pairs">
            {headers.map(([name, text], at) => (
              <div key={at} className="pair">
                <input
                  type="text"
                  className="mono"
                  spellCheck={false}
                  aria-label={`Name of header field ${at + 1}`}
                  placeholder="Authorization"
                  value={name}
                  data-testid="channel-header-name"
                  onChange={(event) => setHeader(at, [event.target.value, text])}
                />
                <input
                  type="password"
                  autoComplete="new-password"
                  aria-label={`Value of header field ${at + 1}`}
                  placeholder="value"
                  value={text}
                  data-testid="channel-header-value"
                  onChange={(event) => setHeader(at, [name, event.target.value])}
                />
                <Button small kind="quiet" icon="trash" aria-label={`Remove header field ${at + 1}`} onClick={() => set({ headers: headers.filter((_, other) => other !== at) })} />
              </div>
            ))}
            <div className="pieces">
              <Button small icon="plus" onClick={() => set({ headers: [...headers, ['', '']] })}>
                Add a header field
              </Button>
              <Button small kind="quiet" onClick={() => set({ headers: null })}>
                {kept.length > 0 ? 'Keep those that were' : 'No header fields'}
              </Button>
            </div>
          </div>
        )}
      </FieldGroup>
      <TemplateField
        label="Body"
        optional
        hint="Empty sends the documented JSON. Names are written {{ name }}."
        rows={5}
        value={draft.template}
        names={names}
        problem={problem}
        pointer="#/template"
        testId="channel-template"
        onChange={(template) => set({ template })}
      />
      <Sample template={draft.template} />
    </>
  );
}

/** What would be sent about a sample event. */
function Sample({ template }: { template: string }) {
  const { shown, problem, loading } = usePreview({ channel: 'webhook', ...(template.trim() === '' ? {} : { template }) });
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (problem) setOpen(true);
  }, [problem]);
  return (
    <details className="rules" data-testid="channel-sample" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>What would be sent about a sample event</summary>
      <div className="form">
        {problem ? <ProblemNote problem={problem} /> : null}
        {shown?.payload !== undefined && !problem ? (
          <pre className={loading ? 'steplist-text table-stale' : 'steplist-text'} role="region" aria-label="Sample" tabIndex={0}>
            {readable(shown.payload)}
          </pre>
        ) : null}
      </div>
    </details>
  );
}
