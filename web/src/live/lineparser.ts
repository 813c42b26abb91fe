import type { FeedEntry, StepResult } from '../api.gen';
import { endStyle, isPlain } from '../lib/ansi';
import type { Style } from '../lib/ansi';

/** A row of a log: a line of output, or where a step begins or ends. */
export interface LogRow {
  kind: 'stdout' | 'stderr' | 'begin' | 'end';
  text: string;
  /** The number of the line among all lines of output, from 1; 0 for rows that are no output. */
  line: number;
  step: number;
  /** The terminal style in which the line begins. */
  style?: Style;
  /** The step, for its begin and end. */
  result?: StepResult;
}

/** Longer lines are cut in view; the download has all of them. */
export const longestLine = 20_000;

interface Partial {
  text: string;
  dropped: number;
  style: Style;
}

/** Everything that must be known to read on from some entry. */
export interface ParserState {
  after: number;
  lines: number;
  step: number;
  stdout: Partial;
  stderr: Partial;
  /** Whether the last piece of a stream ended in a carriage return that may belong to a line feed. */
  attempts: Record<number, string>;
}

const blank = (): Partial => ({ text: '', dropped: 0, style: {} });

/** The state before the first entry. */
export function freshState(): ParserState {
  return { after: 0, lines: 0, step: 0, stdout: blank(), stderr: blank(), attempts: {} };
}

/** A copy that does not change when parsing goes on. */
export function copyState(state: ParserState): ParserState {
  return { ...state, stdout: { ...state.stdout }, stderr: { ...state.stderr }, attempts: { ...state.attempts } };
}

function decoded(base64: string): string {
  const raw = atob(base64);
  const bytes = new Uint8Array(raw.length);
  for (let at = 0; at < raw.length; at += 1) bytes[at] = raw.charCodeAt(at);
  return new TextDecoder().decode(bytes);
}

/** What a terminal would show of a line with carriage returns: what was written last. */
function afterReturns(text: string): string {
  if (!text.includes('\r')) return text;
  const trimmed = text.replace(/\r+$/, '');
  return trimmed.slice(trimmed.lastIndexOf('\r') + 1);
}

function add(partial: Partial, text: string): void {
  const room = longestLine - partial.text.length;
  if (text.length <= room) partial.text += text;
  else {
    partial.text += text.slice(0, Math.max(0, room));
    partial.dropped += text.length - Math.max(0, room);
  }
}

function finish(state: ParserState, stream: 'stdout' | 'stderr', rows: LogRow[]): void {
  const partial = state[stream];
  state.lines += 1;
  const visible = afterReturns(partial.text);
  const text = partial.dropped > 0 ? `${visible} … ${partial.dropped} more characters, see the download` : visible;
  const row: LogRow = { kind: stream, text, line: state.lines, step: state.step };
  if (!isPlain(partial.style)) row.style = partial.style;
  rows.push(row);
  state[stream] = { text: '', dropped: 0, style: endStyle(partial.text, partial.style) };
}

function flush(state: ParserState, rows: LogRow[]): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    if (state[stream].text !== '' || state[stream].dropped > 0) finish(state, stream, rows);
    state[stream] = blank();
  }
}

function readOutput(state: ParserState, stream: 'stdout' | 'stderr', text: string, rows: LogRow[]): void {
  let from = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
    add(state[stream], text.slice(from, at));
    finish(state, stream, rows);
    from = at + 1;
  }
  if (from < text.length) add(state[stream], text.slice(from));
}

function readStep(state: ParserState, result: StepResult, rows: LogRow[]): void {
  const mark = `${result.state}/${result.attempt}`;
  if (state.attempts[result.number] === mark) return;
  state.attempts[result.number] = mark;
  if (result.state === 'waiting') return;
  flush(state, rows);
  state.step = result.number;
  rows.push({ kind: result.state === 'running' ? 'begin' : 'end', text: result.name, line: 0, step: result.number, result });
}

/** Reads one entry of a branch: changes the state and adds the rows that are finished. */
export function readEntry(state: ParserState, entry: FeedEntry, rows: LogRow[]): void {
  state.after = entry.sequence;
  if (entry.kind === 'step' && entry.step_result) readStep(state, entry.step_result, rows);
  if (entry.kind !== 'output') return;
  if (entry.step !== undefined) state.step = entry.step;
  const text = entry.text ?? (entry.base64 === undefined ? '' : decoded(entry.base64));
  readOutput(state, entry.stream ?? 'stdout', text, rows);
}

/** The lines that have begun and not ended yet. */
export function openRows(state: ParserState): LogRow[] {
  const rows: LogRow[] = [];
  const copy = copyState(state);
  for (const stream of ['stdout', 'stderr'] as const) {
    if (copy[stream].text !== '' || copy[stream].dropped > 0) finish(copy, stream, rows);
  }
  return rows;
}
