import type { AuditDifference, AuditEntry, JsonValue } from './api';

/** A place of a value and what it was and is; absent where there was or is nothing. */
export interface Change {
  pointer: string;
  before?: JsonValue | undefined;
  after?: JsonValue | undefined;
}

/** A JSON pointer as people read it: `#/steps/0/command` is `steps › 1 › command`. */
export function pointerWords(pointer: string): string {
  const parts = pointer.split('/').slice(1).map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'));
  return parts.length === 0 ? 'the whole' : parts.map((part) => (/^\d+$/.test(part) ? String(Number(part) + 1) : part)).join(' › ');
}

function isBranch(value: JsonValue | undefined): value is JsonValue[] | { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null;
}

/** The values inside a value by their places, in order; what is empty stands for itself. */
export function leaves(value: JsonValue, pointer = ''): [string, JsonValue][] {
  if (!isBranch(value)) return [[pointer, value]];
  const inside = Object.entries(value);
  if (inside.length === 0) return [[pointer, value]];
  return inside.flatMap(([name, part]) => leaves(part, `${pointer}/${name.replace(/~/g, '~0').replace(/\//g, '~1')}`));
}

/** A value as text: words as they are, everything else as JSON, on one line where it fits. */
export function valueText(value: JsonValue): string {
  if (typeof value === 'string') return value;
  const short = JSON.stringify(value);
  return short.length <= 60 ? short : JSON.stringify(value, null, 2);
}

/** JSON set out for reading; any other text as it is. */
export function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** What an entry changed, place by place: the differences, or all that came or went. */
export function changesOf(entry: Pick<AuditEntry, 'before' | 'after' | 'differences'>): Change[] {
  const { before, after } = entry;
  if (before !== undefined && after !== undefined) return entry.differences.map((one: AuditDifference) => ({ ...one }));
  if (after !== undefined) return leaves(after).map(([pointer, value]) => ({ pointer, after: value }));
  if (before !== undefined) return leaves(before).map(([pointer, value]) => ({ pointer, before: value }));
  return [];
}

/** Whether a change is better shown line by line. */
export function isLong({ before, after }: Change): boolean {
  const [old, now] = [before ?? '', after ?? ''];
  return typeof old === 'string' && typeof now === 'string' && old !== '' && now !== '' && (old.includes('\n') || now.includes('\n'));
}

/** A value with its names in order, so that two are compared line by line. */
export function sortedText(value: JsonValue | undefined): string {
  if (value === undefined) return '';
  return JSON.stringify(sorted(value), null, 2);
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isBranch(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, part]) => [name, sorted(part)]));
}
