import { useState } from 'react';
import { api } from '../../../lib/api';
import type { JsonValue, TryWebhook, Webhook, WebhookDefinition } from '../../../lib/api';
import { useAsked } from '../../../lib/asked';
import { deliveryLooks } from '../../../lib/eventlooks';
import { absolute } from '../../../lib/format';
import { useResource } from '../../../lib/resource';
import { CodeArea } from '../../../parts/CodeArea';
import { Field } from '../../../parts/Field';
import { Icon } from '../../../parts/Icon';
import { LookWord } from '../../../parts/LookWord';
import { Panel } from '../../../parts/Panel';

const example = '{\n  "ref": "refs/heads/main"\n}';

/** What a message would do as the webhook is written now: one that was recorded, or one that is typed. Nothing is started. */
export function TryPanel({ webhook, definition, first }: { webhook: Webhook | null; definition: WebhookDefinition | null; first: string }) {
  const recorded = useResource(webhook ? `deliveries-to-try/${webhook.id}` : null, (signal) =>
    api.schedules.deliveries(webhook?.id ?? '', { limit: 20 }, { signal }),
  );
  const [chosen, setChosen] = useState(first);
  const [sample, setSample] = useState(example);
  const body = readJson(sample);
  const wish: TryWebhook | null =
    definition === null || (chosen === '' && body === undefined)
      ? null
      : { ...(webhook ? { webhook: webhook.id } : {}), definition, ...(chosen === '' ? { sample: { body: body ?? null } } : { delivery: chosen }) };
  const tried = useAsked(wish, (one, signal) => api.schedules.tryWebhook(one, { signal }), 400);
  return (
    <Panel title="What a message would do">
      <div className="form">
        {webhook ? (
          <Field label="Message">
            <select value={chosen} onChange={(event) => setChosen(event.target.value)} data-testid="try-delivery">
              <option value="">A message typed here</option>
              {(recorded.value?.items ?? []).map((one) => (
                <option key={one.id} value={one.id}>
                  {absolute(Date.parse(one.received_at), 'local')}, {deliveryLooks[one.state].word.toLowerCase()}
                </option>
              ))}
            </select>
          </Field>
        ) : null}
        {chosen === '' ? (
          <Field label="Body, in JSON" error={body === undefined ? 'This is not JSON.' : undefined}>
            <CodeArea value={sample} onChange={setSample} numbers={false} rows={8} testId="try-body" />
          </Field>
        ) : null}
        <div className="preview" aria-busy={tried.isOld} aria-live="polite" data-testid="tried">
          {tried.value ? (
            <>
              <p>
                <LookWord look={{ ...deliveryLooks[tried.value.state], word: wouldWords[tried.value.state] ?? tried.value.state }} state={tried.value.state} />
              </p>
              {tried.value.reason ? <p className="muted">{tried.value.reason}</p> : null}
              {tried.value.parameters.length > 0 ? (
                <ul className="tried">
                  {tried.value.parameters.map((parameter) => (
                    <li key={parameter.name}>
                      <strong>{parameter.name}</strong>
                      <code>{parameter.value === undefined ? '–' : typeof parameter.value === 'string' ? parameter.value : JSON.stringify(parameter.value)}</code>
                      <span className="muted">{parameter.source}</span>
                      {parameter.error ? (
                        <span className="tried-error">
                          <Icon name="warning" size={13} />
                          {parameter.error}
                        </span>
                      ) : null}
                    </li>
                  ))}
                </ul>
              ) : null}
              {tried.value.targets ? (
                <p>
                  <span className="muted">on</span> <code>{tried.value.targets}</code>
                </p>
              ) : null}
            </>
          ) : tried.problem ? (
            <p className="field-error">{(tried.problem.errors ?? []).map((place) => place.detail).join(' ') || tried.problem.detail}</p>
          ) : (
            <p className="muted">{definition === null ? 'Choose the job, and it is shown here.' : 'Write a body, and it is shown here.'}</p>
          )}
        </div>
        <p className="field-hint">Nothing is started and nothing is recorded.</p>
      </div>
    </Panel>
  );
}

const wouldWords: Record<string, string> = { started: 'It would start a run', ignored: 'It would be ignored', refused: 'It would be refused' };

function readJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
