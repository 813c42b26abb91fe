import type { EventRule, EventRuleDefinition, ExecutionState, HealthState, ParameterDefinition, RuleTargets, ScheduleFault } from './api';
import { readTriggered, triggeredForm } from './mapping';
import type { TriggeredForm } from './mapping';

/** What a rule can be about. */
export type EventKind = 'execution' | 'target' | 'schedule';

/** A rule about events while it is edited. */
export interface EventRuleForm {
  name: string;
  description: string;
  enabled: boolean;
  kind: EventKind;
  ofJob: string;
  states: ExecutionState[];
  turns: HealthState[];
  ofSchedule: string;
  faults: ScheduleFault[];
  when: string;
  job: string;
  targets: '' | 'own' | RuleTargets;
  run: TriggeredForm;
  cooldown: string;
  most: string;
  seconds: string;
  longestChain: string;
}

/** The form of a rule that was saved, or of a new one. */
export function eventRuleForm(rule: EventRule | null): EventRuleForm {
  const said = rule?.definition;
  const run = triggeredForm(said?.run);
  return {
    name: said?.name ?? '',
    description: said?.description ?? '',
    enabled: said?.enabled ?? true,
    kind: said?.on.target ? 'target' : said?.on.schedule ? 'schedule' : 'execution',
    ofJob: said?.on.execution?.job ?? '',
    states: said?.on.execution?.states ?? ['failed', 'lost'],
    turns: said?.on.target?.to ?? ['critical'],
    ofSchedule: said?.on.schedule?.schedule ?? '',
    faults: said?.on.schedule?.how ?? ['missed', 'failed_to_start'],
    when: said?.when ?? '',
    job: rule?.job.serial ?? '',
    targets: said?.targets ?? (run.ownTargets ? 'own' : ''),
    run,
    cooldown: said?.cooldown_seconds === undefined ? '' : String(said.cooldown_seconds),
    most: String(said?.throttle?.most ?? 20),
    seconds: String(said?.throttle?.seconds ?? 300),
    longestChain: String(said?.longest_chain ?? 2),
  };
}

/** The definition to send. */
export function readEventRule(form: EventRuleForm, parameters: ParameterDefinition[]): EventRuleDefinition {
  const definition: EventRuleDefinition = { name: form.name.trim(), on: {}, job: form.job };
  if (form.description.trim() !== '') definition.description = form.description.trim();
  if (!form.enabled) definition.enabled = false;
  if (form.kind === 'execution') definition.on.execution = { states: form.states, ...(form.ofJob ? { job: form.ofJob } : {}) };
  else if (form.kind === 'target') definition.on.target = { to: form.turns };
  else definition.on.schedule = { how: form.faults, ...(form.ofSchedule ? { schedule: form.ofSchedule } : {}) };
  if (form.when.trim() !== '') definition.when = form.when.trim();
  if (form.targets === 'failed' || form.targets === 'same') definition.targets = form.targets;
  const run = readTriggered({ ...form.run, ownTargets: form.targets === 'own' }, parameters);
  if (Object.keys(run).length > 0) definition.run = run;
  if (form.cooldown.trim() !== '' && Number(form.cooldown) !== 0) definition.cooldown_seconds = Math.round(Number(form.cooldown));
  const [most, seconds] = [Math.round(Number(form.most)), Math.round(Number(form.seconds))];
  if (most !== 20 || seconds !== 300) definition.throttle = { most, seconds };
  if (form.longestChain.trim() !== '2') definition.longest_chain = Math.round(Number(form.longestChain));
  return definition;
}
