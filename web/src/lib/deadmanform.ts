import type { DeadManRule, DeadManRuleDefinition } from './api';

/** A dead-man rule while it is edited. */
export interface DeadManForm {
  name: string;
  of: 'job' | 'schedule';
  /** What it is about, by name or serial. */
  subject: string;
  kind: 'by' | 'every' | 'longer';
  cron: string;
  zone: string;
  within: string;
  every: string;
  times: string;
  leastRuns: string;
  leastSeconds: string;
}

/** The form of a rule that was saved, or of a new one. */
export function deadManForm(rule: DeadManRule | null, zone: string): DeadManForm {
  const said = rule?.definition;
  const text = (value: number | undefined, usual = '') => (value === undefined ? usual : String(value));
  return {
    name: said?.name ?? '',
    of: said?.schedule !== undefined ? 'schedule' : 'job',
    subject: said?.schedule ?? said?.job ?? '',
    kind: said?.succeed_by ? 'by' : said?.takes_longer ? 'longer' : 'every',
    cron: said?.succeed_by?.cron ?? '0 6 * * MON-FRI',
    zone: said ? (said.succeed_by?.zone ?? 'UTC') : zone,
    within: said?.succeed_by?.within_seconds === undefined ? '' : String(said.succeed_by.within_seconds / 3600),
    every: said?.succeed_every?.every ?? '26h',
    times: text(said?.takes_longer?.times, '1'),
    leastRuns: text(said?.takes_longer?.least_runs, '20'),
    leastSeconds: text(said?.takes_longer?.least_seconds, '10'),
  };
}

/** The definition to send. */
export function readDeadMan(form: DeadManForm): DeadManRuleDefinition {
  const definition: DeadManRuleDefinition = { name: form.name.trim() };
  definition[form.of] = form.subject;
  if (form.kind === 'every') definition.succeed_every = { every: form.every.trim() };
  else if (form.kind === 'longer')
    definition.takes_longer = {
      times: Number(form.times),
      least_runs: Math.round(Number(form.leastRuns)),
      least_seconds: Math.round(Number(form.leastSeconds)),
    };
  else {
    definition.succeed_by = { cron: form.cron.trim() };
    if (form.zone.trim() !== '' && form.zone.trim() !== 'UTC') definition.succeed_by.zone = form.zone.trim();
    if (form.within.trim() !== '') definition.succeed_by.within_seconds = Math.round(Number(form.within) * 3600);
  }
  return definition;
}
