import type { JsonValue, MissedRuns, Problem, Schedule, ScheduleDefinition, ScheduledRun, ScheduleTiming } from './api';
import { build, firstBuilder, readBuilt } from './builder';
import type { Builder } from './builder';

/** The ways to say when. */
export type TimingMode = 'builder' | 'cron' | 'every' | 'at' | 'rule';

/** The timing of a schedule while it is edited: each way keeps what was typed there. */
export interface TimingForm {
  mode: TimingMode;
  builder: Builder;
  cron: string;
  every: string;
  at: string[];
  rule: string;
  zone: string;
  skippedHours: 'shift' | 'skip';
  repeatedHours: 'first' | 'second' | 'both';
  start: string;
  end: string;
  mostRuns: string;
}

/** What a new schedule shows. */
export function firstTiming(zone: string): TimingForm {
  return {
    mode: 'builder',
    builder: firstBuilder,
    cron: '',
    every: '',
    at: [''],
    rule: '',
    zone,
    skippedHours: 'shift',
    repeatedHours: 'first',
    start: '',
    end: '',
    mostRuns: '',
  };
}

/** The form of a timing that was saved. */
export function timingForm(timing: ScheduleTiming): TimingForm {
  const built = readBuilt(timing);
  return {
    ...firstTiming(timing.zone ?? 'UTC'),
    mode: built ? 'builder' : timing.cron !== undefined ? 'cron' : timing.every !== undefined ? 'every' : timing.at ? 'at' : 'rule',
    builder: built ?? firstBuilder,
    cron: timing.cron ?? '',
    every: timing.every ?? '',
    at: timing.at ?? [''],
    rule: timing.rule ?? '',
    skippedHours: timing.skipped_hours ?? 'shift',
    repeatedHours: timing.repeated_hours ?? 'first',
    start: timing.start ?? '',
    end: timing.end ?? '',
    mostRuns: timing.most_runs === undefined ? '' : String(timing.most_runs),
  };
}

/** The timing to send, or null as long as it says nothing yet; `today` is where rules begin that need a start and have none. */
export function readTiming(form: TimingForm, today: string): ScheduleTiming | null {
  const timing: ScheduleTiming = {};
  let start = form.start;
  if (form.mode === 'builder') {
    const built = build(form.builder);
    if ('error' in built) return null;
    if ('cron' in built) timing.cron = built.cron;
    else timing.rule = built.rule;
  } else if (form.mode === 'cron') timing.cron = form.cron.trim();
  else if (form.mode === 'every') timing.every = form.every.trim();
  else if (form.mode === 'rule') timing.rule = form.rule.trim();
  else timing.at = form.at.map((one) => one.trim()).filter((one) => one !== '');
  if (timing.rule !== undefined && start === '') start = `${today}T00:00`;
  if (!(timing.cron || timing.every || timing.rule || timing.at?.length)) return null;
  if (form.zone.trim() !== '' && form.zone !== 'UTC') timing.zone = form.zone.trim();
  if (form.skippedHours !== 'shift') timing.skipped_hours = form.skippedHours;
  if (form.repeatedHours !== 'first') timing.repeated_hours = form.repeatedHours;
  if (start !== '') timing.start = start;
  if (form.end !== '') timing.end = form.end;
  if (form.mostRuns.trim() !== '') timing.most_runs = Math.round(Number(form.mostRuns));
  return timing;
}

/** What is wrong with the builder as it is set; empty when nothing is. */
export function builderError(form: TimingForm): string {
  const built = form.mode === 'builder' ? build(form.builder) : { cron: '' };
  return 'error' in built ? built.error : '';
}

/** Everything but the timing, while it is edited. */
export interface ScheduleForm {
  name: string;
  description: string;
  job: string;
  timing: TimingForm;
  /** Whether it runs on other targets than the job says. */
  ownTargets: boolean;
  targets: string;
  exclude: string[];
  maxParallel: string;
  priority: '' | NonNullable<ScheduledRun['priority']>;
  locks: string;
  calendars: string[];
  missed: MissedRuns['policy'];
  missedMost: string;
  grace: string;
  overlap: NonNullable<ScheduleDefinition['overlap']>;
}

/** A new schedule as it is first shown. */
export function firstForm(zone: string, job = ''): ScheduleForm {
  return {
    name: '',
    description: '',
    job,
    timing: firstTiming(zone),
    ownTargets: false,
    targets: '',
    exclude: [],
    maxParallel: '',
    priority: '',
    locks: '',
    calendars: [],
    missed: 'skip',
    missedMost: '10',
    grace: '60',
    overlap: 'allow',
  };
}

/** The form of a schedule that was saved. */
export function scheduleForm({ definition, job }: Schedule): ScheduleForm {
  const { run, missed } = definition;
  return {
    ...firstForm('UTC', job.serial),
    name: definition.name,
    description: definition.description ?? '',
    timing: timingForm(definition.timing),
    ownTargets: run?.targets !== undefined && run.targets !== '',
    targets: run?.targets ?? '',
    exclude: run?.exclude ?? [],
    maxParallel: run?.max_parallel === undefined ? '' : String(run.max_parallel),
    priority: run?.priority ?? '',
    locks: (run?.locks ?? []).join(' '),
    calendars: definition.calendars ?? [],
    missed: missed?.policy ?? 'skip',
    missedMost: String(missed?.most ?? 10),
    grace: String(missed?.grace_seconds ?? 60),
    overlap: definition.overlap ?? 'allow',
  };
}

/** What the job is to be run with. */
export function readRun(form: ScheduleForm, parameters: Record<string, JsonValue>): ScheduledRun {
  const run: ScheduledRun = {};
  if (Object.keys(parameters).length > 0) run.parameters = parameters;
  if (form.ownTargets) run.targets = form.targets.trim();
  if (form.exclude.length > 0) run.exclude = form.exclude;
  if (form.maxParallel.trim() !== '') run.max_parallel = Math.round(Number(form.maxParallel));
  if (form.priority !== '') run.priority = form.priority;
  const locks = form.locks.split(/[\s,]+/).filter((lock) => lock !== '');
  if (locks.length > 0) run.locks = locks;
  return run;
}

/** The definition to send. */
export function readSchedule(form: ScheduleForm, timing: ScheduleTiming, parameters: Record<string, JsonValue>): ScheduleDefinition {
  const definition: ScheduleDefinition = { name: form.name.trim(), job: form.job, timing };
  if (form.description.trim() !== '') definition.description = form.description.trim();
  const run = readRun(form, parameters);
  if (Object.keys(run).length > 0) definition.run = run;
  if (form.calendars.length > 0) definition.calendars = form.calendars;
  const grace = Math.round(Number(form.grace));
  if (form.missed !== 'skip' || grace !== 60) {
    definition.missed = { policy: form.missed };
    if (form.missed === 'all') definition.missed.most = Math.round(Number(form.missedMost));
    if (grace !== 60) definition.missed.grace_seconds = grace;
  }
  if (form.overlap !== 'allow') definition.overlap = form.overlap;
  return definition;
}

/** A problem with its places as the form knows them: what was sent as a definition lies one level higher. */
export function inForm(problem: Problem | undefined): Problem | undefined {
  if (!problem?.errors) return problem;
  return {
    ...problem,
    errors: problem.errors.map((place) =>
      place.pointer === undefined ? place : { ...place, pointer: place.pointer.replace(/^#\/definition(?=\/)/, '#') },
    ),
  };
}
