import type { FilterVocabulary } from '../api.gen';

/** A word of the filter language. */
export interface Token {
  kind: 'word' | 'text' | 'operator' | 'open' | 'close' | 'comma';
  text: string;
  start: number;
  end: number;
}

const pattern =
  /\s*(?:("(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)|(!=|!~|<=|>=|=|~|<|>|:)|(\()|(\))|(,)|((?:\[[^\]]*\]?|[^\s"'()=!~<>,[])+)|(!))/y;

/** The words of a filter with their places. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const hit = pattern.exec(text);
    if (hit === null) break;
    const kinds: [string | undefined, Token['kind']][] = [
      [hit[1], 'text'],
      [hit[2], 'operator'],
      [hit[3], 'open'],
      [hit[4], 'close'],
      [hit[5], 'comma'],
      [hit[6], 'word'],
      [hit[7], 'operator'],
    ];
    const [word, kind] = kinds.find(([part]) => part !== undefined) ?? ['', 'word'];
    if (word === undefined) break;
    found.push({ kind, text: word, start: pattern.lastIndex - word.length, end: pattern.lastIndex });
  }
  return found;
}

/** What can be written at a place: the words, and which part of the text they take the place of. */
export interface Completion {
  start: number;
  end: number;
  options: string[];
}

const joins = ['and', 'or'];
const comparisons = ['=', '!='];
const reserved = new Set(['and', 'or', 'not', 'in']);

/** A value as it must be written in a filter. */
export function quoted(value: string): string {
  if (/^[A-Za-z0-9._:/*?-]+$/.test(value) && !reserved.has(value.toLowerCase())) return value;
  return `"${value.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`;
}

function valuesOf(field: string, vocabulary: FilterVocabulary): string[] {
  switch (field.toLowerCase()) {
    case 'tag':
    case 'tags':
      return vocabulary.tags;
    case 'env':
    case 'environment':
      return vocabulary.environments;
    case 'os':
      return vocabulary.oses;
    case 'group':
      return vocabulary.groups;
    case 'status':
      return ['active', 'maintenance', 'retired'];
    case 'health':
      return ['critical', 'warning', 'healthy', 'unknown'];
    case 'type':
      return ['server', 'network_device', 'database', 'api', 'other'];
    default:
      return [];
  }
}

type Expects = { what: 'field' } | { what: 'comparison' } | { what: 'value'; field: string } | { what: 'join' };

function expectedAfter(before: Token[], vocabulary: FilterVocabulary): Expects {
  let expects = { what: 'field' } as Expects;
  let field = '';
  for (const token of before) {
    const word = token.text.toLowerCase();
    if (token.kind === 'open') expects = expects.what === 'value' ? expects : { what: 'field' };
    else if (token.kind === 'comma') expects = { what: 'value', field };
    else if (token.kind === 'close') expects = { what: 'join' };
    else if (token.kind === 'operator') expects = token.text === '!' ? { what: 'field' } : { what: 'value', field };
    else if (expects.what === 'value') expects = { what: 'join' };
    else if (token.kind === 'word' && (joins.includes(word) || word === 'not')) expects = { what: 'field' };
    else if (word === 'in' && expects.what === 'comparison') expects = { what: 'value', field };
    else if (expects.what === 'field') {
      field = token.text;
      const known = vocabulary.fields.some((name) => name.toLowerCase() === word);
      expects = known ? { what: 'comparison' } : { what: 'join' };
    }
  }
  return expects;
}

/** What fits at `caret` in a filter. */
export function complete(text: string, caret: number, vocabulary: FilterVocabulary): Completion {
  const all = tokens(text);
  const under = all.find((token) => (token.kind === 'word' || token.kind === 'text') && token.start < caret && caret <= token.end);
  const start = under?.start ?? caret;
  const typed = (under ? text.slice(under.start, caret) : '').replace(/^["']/, '').toLowerCase();
  const expects = expectedAfter(
    all.filter((token) => token.end <= start),
    vocabulary,
  );
  const options =
    expects.what === 'field'
      ? [...vocabulary.fields, 'not']
      : expects.what === 'comparison'
        ? comparisons
        : expects.what === 'join'
          ? joins
          : valuesOf(expects.field, vocabulary).map(quoted);
  const fitting = options.filter((option) => {
    const plain = option.replace(/^"/, '').toLowerCase();
    return plain.includes(typed) && plain !== typed;
  });
  fitting.sort((a, b) => rank(a, typed) - rank(b, typed));
  return { start, end: under?.end ?? caret, options: fitting.slice(0, 12) };
}

function rank(option: string, typed: string): number {
  return option.replace(/^"/, '').toLowerCase().startsWith(typed) ? 0 : 1;
}

/** The text with one option put in place, and where the caret goes. */
export function insert(text: string, completion: Completion, option: string): { text: string; caret: number } {
  const before = text.slice(0, completion.start);
  const glue = before !== '' && !/[\s(]$/.test(before) ? ' ' : '';
  const head = before + glue + option + ' ';
  return { text: head + text.slice(completion.end).replace(/^\s+/, ''), caret: head.length };
}

/** The conditions at the top of a filter that are joined by `and`, each as it is written; null when it is not that simple. */
export function conditions(text: string): string[] | null {
  const all = tokens(text);
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const token of all) {
    if (token.kind === 'open') depth += 1;
    if (token.kind === 'close') depth -= 1;
    if (depth === 0 && token.kind === 'comma') return null;
    if (depth !== 0 || token.kind !== 'word') continue;
    const word = token.text.toLowerCase();
    if (word === 'or' || /[|&]/.test(word)) return null;
    if (word !== 'and') continue;
    parts.push(text.slice(start, token.start).trim());
    start = token.end;
  }
  parts.push(text.slice(start).trim());
  return depth === 0 ? parts.filter((part) => part !== '') : null;
}

/** A filter that matches exactly these names. */
export function byNames(names: string[]): string {
  return names.length === 1 ? `name = ${quoted(names[0] ?? '')}` : `name in (${names.map(quoted).join(', ')})`;
}

/** The filter of all that a list shows by a filter and a choice of status. */
export function shownBy(filter: string, status: string | undefined): string {
  return both(filter, status ? `status = ${status}` : '') || 'all';
}

/** Two filters that must both match. */
export function both(one: string, other: string): string {
  if (one.trim() === '') return other;
  if (other.trim() === '') return one;
  const wrap = (text: string) => (conditions(text) === null ? `(${text})` : text);
  return `${wrap(one)} and ${wrap(other)}`;
}
