import type { JobCheck, JobDefinition, ProblemPlace, StepDefinition } from '../api.gen';

/** A job while it is edited: form and YAML are two views of it, and the side that was touched last leads. */
export interface JobDraft {
  definition: JobDefinition | null;
  yaml: string;
  /** The side that was edited last. */
  leads: 'form' | 'yaml';
  errors: ProblemPlace[];
  valid: boolean;
  /** Counts edits; the check of an older edit is dropped. */
  edit: number;
  /** The edit that the errors are of. */
  checked: number;
  /** The YAML as it was loaded or saved. */
  saved: string;
}

/** What can happen to a draft. */
export type JobEvent =
  | { kind: 'form'; definition: JobDefinition }
  | { kind: 'yaml'; yaml: string }
  | { kind: 'checked'; edit: number; check: JobCheck }
  | { kind: 'saved'; yaml: string; definition: JobDefinition };

/** A new job as the form first shows it. */
export function emptyJob(): JobDefinition {
  return { name: '', steps: [{ name: 'first', command: '' }] };
}

/** A draft of a job that exists, or of a new one. */
export function draftOf(definition: JobDefinition, yaml: string): JobDraft {
  return {
    definition,
    yaml,
    leads: yaml === '' ? 'form' : 'yaml',
    errors: [],
    valid: yaml !== '',
    edit: 0,
    checked: yaml === '' ? -1 : 0,
    saved: yaml,
  };
}

/** The draft after an event. */
export function nextDraft(draft: JobDraft, event: JobEvent): JobDraft {
  switch (event.kind) {
    case 'form':
      return { ...draft, definition: tidy(event.definition), leads: 'form', edit: draft.edit + 1 };
    case 'yaml':
      return { ...draft, yaml: event.yaml, leads: 'yaml', edit: draft.edit + 1 };
    case 'checked': {
      if (event.edit !== draft.edit) return draft;
      const { check } = event;
      const checked = { ...draft, errors: check.errors.map(inDefinition), valid: check.valid, checked: event.edit };
      if (draft.leads === 'form') return { ...checked, yaml: check.yaml };
      return { ...checked, definition: check.definition ?? draft.definition };
    }
    case 'saved':
      return {
        ...draft,
        yaml: event.yaml,
        definition: event.definition,
        saved: event.yaml,
        errors: [],
        valid: true,
        leads: 'yaml',
        edit: draft.edit + 1,
        checked: draft.edit + 1,
      };
  }
}

/** A place as the form knows it: what is sent as a form lies one level deeper. */
function inDefinition(place: ProblemPlace): ProblemPlace {
  return place.pointer === undefined ? place : { ...place, pointer: place.pointer.replace(/^#\/definition(?=\/|$)/, '#') };
}

/** What to send to be checked or saved: the leading side. */
export function leadingSide(draft: JobDraft): { definition: JobDefinition } | { yaml: string } {
  return draft.leads === 'form' && draft.definition !== null ? { definition: draft.definition } : { yaml: draft.yaml };
}

/** Whether there is something to save. */
export function isChanged(draft: JobDraft): boolean {
  return draft.leads === 'form' ? draft.edit > 0 : draft.yaml !== draft.saved;
}

/** Whether the errors are of the present text. */
export function isChecked(draft: JobDraft): boolean {
  return draft.checked === draft.edit;
}

/** The definition without fields that say nothing, so that form and YAML stay equal. */
export function tidy(definition: JobDefinition): JobDefinition {
  return clean(definition) as JobDefinition;
}

// Where an empty text, list or object says something: no needs is not the same as the step before.
const emptyMeans = ['name', 'command', 'text', 'default', 'steps', 'needs', 'approval', 'rollback', 'job'];

function clean(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => clean(item));
  if (value === null || typeof value !== 'object') return value;
  const kept: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined || inner === null) continue;
    if (key === 'environment' || key === 'outputs' || key === 'parameters') {
      kept[name] = inner;
      continue;
    }
    const cleaned = clean(inner, name);
    const isEmpty = cleaned === '' || (typeof cleaned === 'object' && Object.keys(cleaned as object).length === 0);
    const mustStay = emptyMeans.includes(name);
    if (!isEmpty || mustStay) kept[name] = cleaned;
  }
  return kept;
}

/** A new array with one element moved. */
export function moved<T>(list: T[], from: number, to: number): T[] {
  const next = [...list];
  const [item] = next.splice(from, 1);
  if (item !== undefined) next.splice(Math.max(0, Math.min(next.length, to)), 0, item);
  return next;
}

/** The steps with one changed; where others wait for it by its old name, they wait for it by its new one. */
export function withStep(steps: StepDefinition[], at: number, step: StepDefinition): StepDefinition[] {
  const old = steps[at]?.name;
  const isRenamed = old !== undefined && old !== step.name && steps.filter((one) => one.name === old).length === 1;
  return steps.map((other, position) => {
    if (position === at) return step;
    if (!isRenamed || !other.needs?.includes(old)) return other;
    return { ...other, needs: other.needs.map((name) => (name === old ? step.name : name)) };
  });
}

/** The steps without one; nobody waits for it any more. */
export function withoutStep(steps: StepDefinition[], at: number): StepDefinition[] {
  const gone = steps[at]?.name;
  return steps
    .filter((_, position) => position !== at)
    .map((other) => (gone !== undefined && other.needs?.includes(gone) ? { ...other, needs: other.needs.filter((name) => name !== gone) } : other));
}

/** A whole number out of a field, or undefined when it is empty. */
export function wholeNumber(text: string): number | undefined {
  return text.trim() === '' ? undefined : Math.round(Number(text));
}
