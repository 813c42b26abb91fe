import type { TemplateName } from './api';

/** What can be written at a place of a template: names, and the part of the text they take the place of. */
export interface NameCompletion {
  start: number;
  end: number;
  names: TemplateName[];
}

/** The names that fit at `caret`; null outside of `{{ }}`. */
export function completeName(text: string, caret: number, names: TemplateName[]): NameCompletion | null {
  const open = text.lastIndexOf('{{', caret - 1);
  if (open < 0 || open + 2 > caret) return null;
  const inside = text.slice(open + 2, caret);
  if (inside.includes('}}') || isInQuotes(inside)) return null;
  const word = /[A-Za-z_][A-Za-z0-9_.]*$/.exec(inside)?.[0] ?? '';
  if (word === '' && /["'\])\w]\s*$/.test(inside)) return null;
  const start = caret - word.length;
  const end = caret + (/^[A-Za-z0-9_.]*/.exec(text.slice(caret))?.[0] ?? '').length;
  const wanted = word.toLowerCase();
  const fitting = names
    .filter(({ name }) => name.toLowerCase().includes(wanted) && name.toLowerCase() !== wanted)
    .sort((a, b) => rank(a.name, wanted) - rank(b.name, wanted))
    .slice(0, 12);
  return fitting.length === 0 ? null : { start, end, names: fitting };
}

function rank(name: string, wanted: string): number {
  return name.toLowerCase().startsWith(wanted) ? 0 : 1;
}

function isInQuotes(text: string): boolean {
  let quote = '';
  for (const letter of text.replace(/\\./g, '')) {
    if (quote === '' && (letter === '"' || letter === "'")) quote = letter;
    else if (letter === quote) quote = '';
  }
  return quote !== '';
}

/** The text with a name put in place, the braces closed behind it when they are not, and where the caret goes. */
export function insertName(text: string, completion: NameCompletion, name: string): { text: string; caret: number } {
  const before = text.slice(0, completion.start);
  const glue = before.endsWith('{{') ? ' ' : '';
  const head = before + glue + name;
  const tail = text.slice(completion.end);
  const [close, next] = [tail.indexOf('}}'), tail.indexOf('{{')];
  const isClosed = close >= 0 && (next < 0 || close < next);
  return { text: isClosed ? head + tail : `${head} }}${tail}`, caret: isClosed ? head.length : head.length + 3 };
}
