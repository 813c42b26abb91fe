import { useState } from 'react';
import type { ReactNode } from 'react';
import { useCrumbs } from '../../../app/crumbs';
import { useMay } from '../../../app/session';
import { api } from '../../../lib/api';
import type { Webhook } from '../../../lib/api';
import { formatWords } from '../../../lib/eventlooks';
import { useAction, useResource } from '../../../lib/resource';
import { navigate, useQuery } from '../../../lib/router';
import { Button } from '../../../parts/Button';
import { Confirm } from '../../../parts/Confirm';
import { Facts } from '../../../parts/Facts';
import { Icon } from '../../../parts/Icon';
import { Link } from '../../../parts/Link';
import { LookWord } from '../../../parts/LookWord';
import { Page } from '../../../parts/Page';
import { Panel } from '../../../parts/Panel';
import { ProblemNote } from '../../../parts/Problem';
import { Serial } from '../../../parts/Serial';
import { Skeleton } from '../../../parts/Skeleton';
import { Time } from '../../../parts/Time';
import { RotateDialog } from './RotateDialog';
import { SecretDialog } from './SecretDialog';
import { Deliveries } from './Deliveries';

/** One webhook: its address, and what came there. */
export default function WebhookDetail({ webhook: reference = '' }: { webhook?: string }) {
  const [query, setQuery] = useQuery();
  const mayWrite = useMay('webhooks.write');
  const found = useResource(`webhook/${reference}`, (signal) => api.schedules.webhook(reference, { signal }));
  const hook = found.value;
  const [secret, setSecret] = useState<string>();
  useCrumbs([{ word: 'Schedules', to: '/schedules' }, { word: 'Webhooks', to: '/schedules/webhooks' }, { word: hook?.definition.name ?? reference }]);
  const remove = useAction(async () => {
    await api.schedules.deleteWebhook(reference);
    navigate('/schedules/webhooks');
  });
  if (!hook)
    return <div className="page">{found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : <Skeleton />}</div>;
  const { definition } = hook;
  const dialog = query.get('dialog');
  const close = () => setQuery({ dialog: null });
  return (
    <Page
      title={definition.name}
      wide
      detail={
        <>
          <Serial text={hook.serial} />
          {definition.enabled === false ? (
            <LookWord look={{ word: 'Disabled', icon: 'pause', tone: 'blocked' }} state="disabled" />
          ) : (
            <LookWord look={{ word: 'Active', icon: 'tick', tone: 'succeeded' }} state="active" />
          )}
          <span className="muted">
            runs <Link to={`/jobs/${hook.job.serial}`}>{hook.job.name}</Link>
          </span>
        </>
      }
      actions={
        mayWrite ? (
          <>
            <Button icon="key" onClick={() => setQuery({ dialog: 'rotate' }, true)} data-testid="webhook-rotate">
              New secret
            </Button>
            <Link className="button button-plain" to={`/schedules/webhooks/${hook.serial}/edit`} data-testid="webhook-edit">
              <Icon name="edit" />
              Change
            </Link>
            <Button icon="trash" aria-label={`Delete ${definition.name}`} onClick={() => setQuery({ dialog: 'delete' }, true)} />
          </>
        ) : null
      }
    >
      {definition.description ? <p className="lead">{definition.description}</p> : null}
      <p className="webhook-address">
        <span className="muted">Messages go to</span> <Serial text={location.origin + hook.path} label="the address" />
      </p>
      <div className="schedule-columns">
        <Deliveries webhook={hook} />
        <div className="schedule-side">
          <Panel title="About">
            <Facts facts={webhookFacts(hook)} />
          </Panel>
        </div>
      </div>
      {dialog === 'rotate' && mayWrite ? (
        <RotateDialog
          webhook={hook}
          onClose={close}
          onRotated={(made) => {
            found.replace(made.webhook);
            setSecret(made.secret);
            close();
          }}
        />
      ) : null}
      {secret !== undefined ? <SecretDialog path={hook.path} secret={secret} onClose={() => setSecret(undefined)} /> : null}
      {dialog === 'delete' && mayWrite ? (
        <Confirm
          title={`Delete ${definition.name}?`}
          action="Delete the webhook"
          busy={remove.busy}
          problem={remove.problem}
          onConfirm={() => void remove.run()}
          onClose={close}
        >
          <p>Messages to its address are turned away from now on, and the list of those that came goes away. The runs that it started stay.</p>
        </Confirm>
      ) : null}
    </Page>
  );
}

function webhookFacts(hook: Webhook): [string, ReactNode][] {
  const { definition } = hook;
  const { run } = definition;
  const facts: [string, ReactNode][] = [
    ['Proved by', formatWords[definition.format]],
    ['Secret', <Time key="secret" at={hook.secret_since} />],
  ];
  if (hook.old_secret_until) facts.push(['The one before', <span key="old">valid, ends <Time at={hook.old_secret_until} /></span>]);
  facts.push(['Only when', definition.filter ? <code key="filter">{definition.filter}</code> : 'every message']);
  facts.push(['Targets', run?.targets ? <code key="targets">{run.targets}</code> : 'as the job says']);
  for (const [name, mapped] of Object.entries(run?.parameters ?? {}))
    facts.push([name, <code key={name}>{mapped.from ?? String(mapped.value)}</code>]);
  if (definition.delivery_id) facts.push(['Named by', <code key="id">{definition.delivery_id}</code>]);
  if (definition.masks?.length) facts.push(['Not recorded', <code key="masks">{definition.masks.join(', ')}</code>]);
  facts.push(['Kept', `${definition.keep_days ?? 14} days`]);
  facts.push(['Answers for it', hook.owner.name]);
  facts.push(['Changed', <Time key="changed" at={hook.updated_at} />]);
  return facts;
}
