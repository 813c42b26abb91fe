import type { JsonValue, MappedValue, ParameterDefinition, TriggeredRun } from './api';

/** Where the value of a parameter comes from, while it is edited. */
export interface MappingRow {
  source: 'job' | 'from' | 'value';
  from: string;
  value: string;
  /** What counts when there is nothing at the path. */
  fallback: string;
}

/** What a job is run with by a webhook or a rule, while it is edited. */
export interface TriggeredForm {
  rows: Record<string, MappingRow>;
  ownTargets: boolean;
  targets: string;
  maxParallel: string;
  priority: '' | NonNullable<TriggeredRun['priority']>;
  locks: string;
}

const emptyRow: MappingRow = { source: 'job', from: '', value: '', fallback: '' };

/** The row of a parameter. */
export function rowOf(form: TriggeredForm, name: string): MappingRow {
  return form.rows[name] ?? emptyRow;
}

function text(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The form of what was saved, or of something new. */
export function triggeredForm(run: TriggeredRun | undefined): TriggeredForm {
  const rows: Record<string, MappingRow> = {};
  for (const [name, mapped] of Object.entries(run?.parameters ?? {}))
    rows[name] = {
      source: mapped.from !== undefined ? 'from' : 'value',
      from: mapped.from ?? '',
      value: text(mapped.value),
      fallback: text(mapped.default),
    };
  return {
    rows,
    ownTargets: (run?.targets ?? '') !== '',
    targets: run?.targets ?? '',
    maxParallel: text(run?.max_parallel),
    priority: run?.priority ?? '',
    locks: (run?.locks ?? []).join(' '),
  };
}

/** A typed text as a parameter of this type takes it. */
export function asValue(typed: string, parameter: ParameterDefinition | undefined): JsonValue {
  if (parameter?.type === 'integer' && /^[+-]?\d+$/.test(typed.trim())) return Number(typed);
  if (parameter?.type === 'boolean' && /^(true|false)$/.test(typed.trim())) return typed.trim() === 'true';
  return typed;
}

/** What to send; rows of parameters that the job does not have any more are left out. */
export function readTriggered(form: TriggeredForm, parameters: ParameterDefinition[]): TriggeredRun {
  const run: TriggeredRun = {};
  const mapped: Record<string, MappedValue> = {};
  for (const parameter of parameters) {
    const row = rowOf(form, parameter.name);
    if (row.source === 'from') {
      mapped[parameter.name] = { from: row.from.trim() };
      if (row.fallback !== '') (mapped[parameter.name] as MappedValue).default = asValue(row.fallback, parameter);
    } else if (row.source === 'value') mapped[parameter.name] = { value: asValue(row.value, parameter) };
  }
  if (Object.keys(mapped).length > 0) run.parameters = mapped;
  if (form.ownTargets && form.targets.trim() !== '') run.targets = form.targets.trim();
  if (form.maxParallel.trim() !== '') run.max_parallel = Math.round(Number(form.maxParallel));
  if (form.priority !== '') run.priority = form.priority;
  const locks = form.locks.split(/[\s,]+/).filter((lock) => lock !== '');
  if (locks.length > 0) run.locks = locks;
  return run;
}
