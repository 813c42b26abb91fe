import { useMemo, useState } from 'react';
import { useCrumbs } from '../../../app/crumbs';
import { toast } from '../../../app/toasts';
import { api } from '../../../lib/api';
import type { Webhook, WebhookFormat } from '../../../lib/api';
import { formatWords } from '../../../lib/eventlooks';
import { useAction, useResource } from '../../../lib/resource';
import { leaveFreely, navigate, useQuery } from '../../../lib/router';
import { inForm } from '../../../lib/scheduleform';
import { useUnsaved } from '../../../lib/unsaved';
import { readWebhook, webhookForm } from '../../../lib/webhookform';
import type { WebhookForm } from '../../../lib/webhookform';
import { Button } from '../../../parts/Button';
import { Check } from '../../../parts/Check';
import { Field } from '../../../parts/Field';
import { Page } from '../../../parts/Page';
import { Panel } from '../../../parts/Panel';
import { ProblemNote } from '../../../parts/Problem';
import { Skeleton } from '../../../parts/Skeleton';
import { JobPicker } from '../editor/JobPicker';
import { MappingTable } from '../mapping/MappingTable';
import { RunLimits } from '../mapping/RunLimits';
import { TriggeredTargets } from '../mapping/TriggeredTargets';
import { SecretDialog } from './SecretDialog';
import { TryPanel } from './TryPanel';
import { WebhookLimits } from './WebhookLimits';

/** A new webhook, or a change of one that exists. */
export default function WebhookEditor({ webhook: reference }: { webhook?: string }) {
  const found = useResource(reference === undefined ? null : `webhook/${reference}`, (signal) => api.schedules.webhook(reference ?? '', { signal }));
  if (reference === undefined) return <Editor webhook={null} />;
  if (!found.value)
    return <div className="page">{found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : <Skeleton />}</div>;
  return <Editor key={found.value.id} webhook={found.value} />;
}

function Editor({ webhook }: { webhook: Webhook | null }) {
  const [query] = useQuery();
  const [form, setForm] = useState<WebhookForm>(() => webhookForm(webhook, query.get('job') ?? ''));
  const [changed, setChanged] = useState(false);
  const [tried, setTried] = useState(false);
  const [made, setMade] = useState<{ serial: string; path: string; secret: string }>();
  const name = webhook?.definition.name ?? 'New webhook';
  useCrumbs([
    { word: 'Schedules', to: '/schedules' },
    { word: 'Webhooks', to: '/schedules/webhooks' },
    webhook ? { word: name, to: `/schedules/webhooks/${webhook.serial}` } : { word: name },
    ...(webhook ? [{ word: 'Change' }] : []),
  ]);
  useUnsaved(changed && made === undefined, 'Leave without saving? Your changes of this webhook will be lost.');
  const change = (patch: Partial<WebhookForm>) => {
    setForm((old) => ({ ...old, ...patch }));
    setChanged(true);
  };
  const found = useResource(form.job === '' ? null : `job/${form.job}`, (signal) => api.jobs.show(form.job, { signal }));
  const job = found.value;
  const parameters = useMemo(() => job?.definition.parameters ?? [], [job]);
  const definition = readWebhook(form, parameters);
  const save = useAction(async () => {
    if (webhook) {
      const saved = await api.schedules.updateWebhook(webhook.id, { definition, revision: webhook.revision });
      leaveFreely();
      toast(`${saved.definition.name} is saved.`, 'succeeded');
      navigate(`/schedules/webhooks/${saved.serial}`);
      return;
    }
    const created = await api.schedules.createWebhook({ definition });
    leaveFreely();
    if (created.secret === undefined) navigate(`/schedules/webhooks/${created.webhook.serial}`);
    else setMade({ serial: created.webhook.serial, path: created.webhook.path, secret: created.secret });
  });
  const problem = inForm(save.problem);
  const press = () => {
    setTried(true);
    if (form.name.trim() !== '' && form.job !== '') void save.run();
  };
  return (
    <Page
      title={webhook ? `Change ${name}` : name}
      wide
      actions={
        <>
          <Button onClick={() => navigate(webhook ? `/schedules/webhooks/${webhook.serial}` : '/schedules/webhooks')}>Close</Button>
          <Button kind="primary" busy={save.busy} onClick={press} data-testid="webhook-save">
            Save the webhook
          </Button>
        </>
      }
    >
      {save.problem ? <ProblemNote problem={save.problem} /> : null}
      <div className="schedule-editor">
        <div className="form">
          <Panel title="What">
            <div className="form">
              <Field
                label="Name"
                problem={problem}
                pointer="#/name"
                error={tried && form.name.trim() === '' ? 'Give it a name, so that others know what it is.' : undefined}
              >
                <input
                  type="text"
                  autoComplete="off"
                  value={form.name}
                  data-testid="webhook-name"
                  onChange={(event) => change({ name: event.target.value })}
                />
              </Field>
              <JobPicker reference={form.job} job={job} problem={problem} missing={tried && form.job === ''} onChange={(next) => change({ job: next })} />
              {found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : null}
              <Field label="Description" optional problem={problem} pointer="#/description">
                <input type="text" value={form.description} onChange={(event) => change({ description: event.target.value })} />
              </Field>
              <Check checked={form.enabled} onChange={(enabled) => change({ enabled })}>
                Messages start runs
              </Check>
            </div>
          </Panel>
          <Panel title="Which messages">
            <div className="form">
              <div className="form-row">
                <Field label="Proved by" className="field-grow" problem={problem} pointer="#/format">
                  <select
                    value={form.format}
                    data-testid="webhook-format"
                    onChange={(event) => change({ format: event.target.value as WebhookFormat })}
                  >
                    {Object.entries(formatWords).map(([key, word]) => (
                      <option key={key} value={key}>
                        {word}
                      </option>
                    ))}
                  </select>
                </Field>
                {form.format === 'stripe' ? (
                  <Field label="Header with the signature" optional problem={problem} pointer="#/signature_header">
                    <input
                      type="text"
                      className="mono"
                      placeholder="Stripe-Signature"
                      value={form.signatureHeader}
                      onChange={(event) => change({ signatureHeader: event.target.value })}
                    />
                  </Field>
                ) : null}
              </div>
              <Field
                label="Only when"
                optional
                hint="An expression over body and headers; other messages are recorded and ignored."
                problem={problem}
                pointer="#/filter"
              >
                <input
                  type="text"
                  className="mono"
                  spellCheck={false}
                  placeholder='body.ref == "refs/heads/main"'
                  value={form.filter}
                  data-testid="webhook-filter"
                  onChange={(event) => change({ filter: event.target.value })}
                />
              </Field>
              <WebhookLimits form={form} problem={problem} onChange={change} />
            </div>
          </Panel>
          {job ? (
            <Panel title="With">
              <div className="form">
                <MappingTable
                  parameters={parameters}
                  form={form.run}
                  source="The message"
                  example="body.repository.name"
                  problem={problem}
                  onChange={(run) => change({ run })}
                />
                <TriggeredTargets form={form.run} job={job} problem={problem} onChange={(run) => change({ run })} />
                <RunLimits
                  limits={form.run}
                  usual={job.definition.max_parallel}
                  problem={problem}
                  onChange={(patch) => change({ run: { ...form.run, ...patch } })}
                />
              </div>
            </Panel>
          ) : null}
        </div>
        <div className="schedule-preview" role="region" aria-label="Preview" tabIndex={0}>
          <TryPanel
            webhook={webhook}
            definition={form.job === '' || !job ? null : { ...definition, name: definition.name === '' ? 'new' : definition.name }}
            first={query.get('delivery') ?? ''}
          />
        </div>
      </div>
      {made ? <SecretDialog path={made.path} secret={made.secret} onClose={() => navigate(`/schedules/webhooks/${made.serial}`)} /> : null}
    </Page>
  );
}
