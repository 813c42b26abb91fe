import { useMemo, useState } from 'react';
import { useCrumbs } from '../../../app/crumbs';
import { toast } from '../../../app/toasts';
import { api } from '../../../lib/api';
import type { EventRule } from '../../../lib/api';
import { eventRuleForm, readEventRule } from '../../../lib/eventruleform';
import type { EventRuleForm } from '../../../lib/eventruleform';
import { useAction, useResource } from '../../../lib/resource';
import { leaveFreely, navigate } from '../../../lib/router';
import { inForm } from '../../../lib/scheduleform';
import { useUnsaved } from '../../../lib/unsaved';
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
import { EventEditor } from './EventEditor';

/** A new rule about events, or a change of one that exists. */
export default function EventRuleEditor({ rule: reference }: { rule?: string }) {
  const found = useResource(reference === undefined ? null : `event-rule/${reference}`, (signal) => api.schedules.eventRule(reference ?? '', { signal }));
  if (reference === undefined) return <Editor rule={null} />;
  if (!found.value)
    return <div className="page">{found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : <Skeleton />}</div>;
  return <Editor key={found.value.id} rule={found.value} />;
}

function Editor({ rule }: { rule: EventRule | null }) {
  const [form, setForm] = useState<EventRuleForm>(() => eventRuleForm(rule));
  const [changed, setChanged] = useState(false);
  const [tried, setTried] = useState(false);
  const name = rule?.definition.name ?? 'New event rule';
  useCrumbs([
    { word: 'Schedules', to: '/schedules' },
    { word: 'Event rules', to: '/schedules/rules' },
    rule ? { word: name, to: `/schedules/rules/${rule.serial}` } : { word: name },
    ...(rule ? [{ word: 'Change' }] : []),
  ]);
  useUnsaved(changed, 'Leave without saving? Your changes of this rule will be lost.');
  const change = (patch: Partial<EventRuleForm>) => {
    setForm((old) => ({ ...old, ...patch }));
    setChanged(true);
  };
  const found = useResource(form.job === '' ? null : `job/${form.job}`, (signal) => api.jobs.show(form.job, { signal }));
  const job = found.value;
  const parameters = useMemo(() => job?.definition.parameters ?? [], [job]);
  const save = useAction(async () => {
    const definition = readEventRule(form, parameters);
    const saved = rule
      ? await api.schedules.updateEventRule(rule.id, { definition, revision: rule.revision })
      : await api.schedules.createEventRule({ definition });
    leaveFreely();
    toast(`${saved.definition.name} is saved.`, 'succeeded');
    navigate(`/schedules/rules/${saved.serial}`);
  });
  const problem = inForm(save.problem);
  const press = () => {
    setTried(true);
    if (form.name.trim() !== '' && form.job !== '') void save.run();
  };
  const number = (key: 'cooldown' | 'most' | 'seconds' | 'longestChain', label: string, hint: string, pointer: string, usual: string) => (
    <Field label={label} hint={hint} problem={problem} pointer={pointer}>
      <input type="number" min={0} placeholder={usual} value={form[key]} onChange={(event) => change({ [key]: event.target.value })} />
    </Field>
  );
  return (
    <Page
      title={rule ? `Change ${name}` : name}
      actions={
        <>
          <Button onClick={() => navigate(rule ? `/schedules/rules/${rule.serial}` : '/schedules/rules')}>Close</Button>
          <Button kind="primary" busy={save.busy} onClick={press} data-testid="event-rule-save">
            Save the rule
          </Button>
        </>
      }
    >
      {save.problem ? <ProblemNote problem={save.problem} /> : null}
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
              data-testid="event-rule-name"
              onChange={(event) => change({ name: event.target.value })}
            />
          </Field>
          <Field label="Description" optional problem={problem} pointer="#/description">
            <input type="text" value={form.description} onChange={(event) => change({ description: event.target.value })} />
          </Field>
          <Check checked={form.enabled} onChange={(enabled) => change({ enabled })}>
            It acts
          </Check>
        </div>
      </Panel>
      <Panel title="When this happens">
        <div className="form">
          <EventEditor form={form} problem={problem} onChange={change} />
        </div>
      </Panel>
      <Panel title="Run">
        <div className="form">
          <JobPicker reference={form.job} job={job} problem={problem} missing={tried && form.job === ''} onChange={(next) => change({ job: next })} />
          {found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : null}
          {job ? (
            <>
              <MappingTable
                parameters={parameters}
                form={form.run}
                source="The event"
                example="event.job"
                problem={problem}
                onChange={(run) => change({ run })}
              />
              <Field label="Targets" problem={problem} pointer="#/targets">
                <select
                  value={form.targets}
                  data-testid="event-rule-targets"
                  onChange={(event) => change({ targets: event.target.value as EventRuleForm['targets'] })}
                >
                  <option value="">As the job says</option>
                  {form.kind === 'execution' ? <option value="failed">Those on which the run did not succeed</option> : null}
                  {form.kind === 'schedule' ? null : (
                    <option value="same">{form.kind === 'target' ? 'The one whose health changed' : 'All targets of the run'}</option>
                  )}
                  <option value="own">Others</option>
                </select>
              </Field>
              {form.targets === 'own' ? (
                <TriggeredTargets
                  form={{ ...form.run, ownTargets: true }}
                  job={{ ...job, definition: { ...job.definition, targets: '' } }}
                  problem={problem}
                  onChange={(run) => change({ run })}
                />
              ) : null}
              <RunLimits
                limits={form.run}
                usual={job.definition.max_parallel}
                problem={problem}
                onChange={(patch) => change({ run: { ...form.run, ...patch } })}
              />
            </>
          ) : null}
        </div>
      </Panel>
      <Panel title="And no more often than">
        <div className="form-row">
          {number('cooldown', 'Rest, in s', 'After it acted on a job, target or schedule.', '#/cooldown_seconds', '0')}
          {number('most', 'At most so many runs', 'In all.', '#/throttle/most', '20')}
          {number('seconds', 'In so many seconds', '', '#/throttle/seconds', '300')}
          {number('longestChain', 'Longest chain', 'So many rules may have led to the run.', '#/longest_chain', '2')}
        </div>
      </Panel>
    </Page>
  );
}
