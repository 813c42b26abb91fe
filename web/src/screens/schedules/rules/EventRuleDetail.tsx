import type { ReactNode } from 'react';
import { useCrumbs } from '../../../app/crumbs';
import { useMay } from '../../../app/session';
import { api } from '../../../lib/api';
import type { EventRule } from '../../../lib/api';
import { count } from '../../../lib/format';
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
import { Firings } from './Firings';

/** One rule about events, and what it did. */
export default function EventRuleDetail({ rule: reference = '' }: { rule?: string }) {
  const [query, setQuery] = useQuery();
  const mayWrite = useMay('schedules.write');
  const found = useResource(`event-rule/${reference}`, (signal) => api.schedules.eventRule(reference, { signal }));
  const rule = found.value;
  useCrumbs([{ word: 'Schedules', to: '/schedules' }, { word: 'Event rules', to: '/schedules/rules' }, { word: rule?.definition.name ?? reference }]);
  const remove = useAction(async () => {
    await api.schedules.deleteEventRule(reference);
    navigate('/schedules/rules');
  });
  if (!rule)
    return <div className="page">{found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : <Skeleton />}</div>;
  const { definition } = rule;
  return (
    <Page
      title={definition.name}
      wide
      detail={
        <>
          <Serial text={rule.serial} />
          {definition.enabled === false ? (
            <LookWord look={{ word: 'Disabled', icon: 'pause', tone: 'blocked' }} state="disabled" />
          ) : (
            <LookWord look={{ word: 'Active', icon: 'tick', tone: 'succeeded' }} state="active" />
          )}
          <span className="muted">
            runs <Link to={`/jobs/${rule.job.serial}`}>{rule.job.name}</Link>
          </span>
        </>
      }
      actions={
        mayWrite ? (
          <>
            <Link className="button button-plain" to={`/schedules/rules/${rule.serial}/edit`} data-testid="event-rule-edit">
              <Icon name="edit" />
              Change
            </Link>
            <Button icon="trash" aria-label={`Delete ${definition.name}`} onClick={() => setQuery({ dialog: 'delete' }, true)} />
          </>
        ) : null
      }
    >
      {definition.description ? <p className="lead">{definition.description}</p> : null}
      <p className="schedule-words">{rule.words}</p>
      <div className="schedule-columns">
        <Panel title="What it did">
          <Firings rule={rule.id} />
        </Panel>
        <div className="schedule-side">
          <Panel title="About">
            <Facts facts={ruleFacts(rule)} />
          </Panel>
        </div>
      </div>
      {query.get('dialog') === 'delete' && mayWrite ? (
        <Confirm
          title={`Delete ${definition.name}?`}
          action="Delete the rule"
          busy={remove.busy}
          problem={remove.problem}
          onConfirm={() => void remove.run()}
          onClose={() => setQuery({ dialog: null })}
        >
          <p>Nothing runs any more when this happens. The list of what it did goes away; the runs that it started stay.</p>
        </Confirm>
      ) : null}
    </Page>
  );
}

function ruleFacts({ definition, owner, updated_at: updatedAt }: EventRule): [string, ReactNode][] {
  const { run, throttle } = definition;
  const facts: [string, ReactNode][] = [];
  if (definition.when) facts.push(['Only when', <code key="when">{definition.when}</code>]);
  facts.push([
    'Targets',
    definition.targets === 'failed'
      ? 'those on which the run did not succeed'
      : definition.targets === 'same'
        ? 'the same'
        : run?.targets
          ? <code key="targets">{run.targets}</code>
          : 'as the job says',
  ]);
  for (const [name, mapped] of Object.entries(run?.parameters ?? {}))
    facts.push([name, <code key={name}>{mapped.from ?? String(mapped.value)}</code>]);
  if (definition.cooldown_seconds) facts.push(['Rests after it acted', `${count(definition.cooldown_seconds)} s for the same one`]);
  facts.push(['At most', `${throttle?.most ?? 20} runs in ${count(throttle?.seconds ?? 300)} s`]);
  facts.push(['Longest chain', `${definition.longest_chain ?? 2} rules`]);
  facts.push(['Answers for it', owner.name]);
  facts.push(['Changed', <Time key="changed" at={updatedAt} />]);
  return facts;
}
