import type { FeedEntry } from '../api.gen';
import { copyState, freshState, openRows, readEntry } from './lineparser';
import type { LogRow, ParserState } from './lineparser';

/** Gets entries after a number, in order: at least those of the branch. */
export type FetchEntries = (after: number, limit: number) => Promise<FeedEntry[]>;

interface Segment {
  /** The state before its first entry, to read it again. */
  start: ParserState;
  /** The number of its last entry. */
  end: number;
  firstRow: number;
  firstLine: number;
  count: number;
  weight: number;
  rows: LogRow[] | null;
  touched: number;
  loading: Promise<LogRow[]> | null;
}

const segmentRows = 1_000;

/** The log of one branch. All of it is indexed, but only a window is kept in memory: what was dropped is fetched again when it is looked at. */
export class LogStore {
  private readonly segments: Segment[] = [];
  private state = freshState();
  private open: LogRow[] = [];
  private readonly listeners = new Set<() => void>();
  private clock = 0;
  private weight = 0;
  private version = 0;
  private scheduled = false;

  constructor(
    private readonly branch: number,
    private readonly fetchEntries: FetchEntries,
    private readonly budget = 48_000_000,
  ) {}

  /** The number of the last entry that was read. */
  get after(): number {
    return this.state.after;
  }
  /** How many rows there are, with the unfinished ones at the end. */
  get size(): number {
    return this.sealedSize + this.open.length;
  }
  /** How many lines of output there are. */
  get lines(): number {
    return this.state.lines + this.open.length;
  }
  /** How many characters are kept, for tests. */
  get kept(): number {
    return this.weight;
  }

  private get sealedSize(): number {
    const last = this.segments[this.segments.length - 1];
    return last ? last.firstRow + last.count : 0;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  snapshot = (): number => this.version;

  /** Reads entries in order; those that were read before are passed over. */
  append(entries: FeedEntry[]): void {
    let changed = false;
    for (const entry of entries) {
      if (entry.sequence <= this.state.after) continue;
      if (entry.branch !== this.branch) {
        this.state.after = entry.sequence;
        continue;
      }
      changed = true;
      let last = this.segments[this.segments.length - 1];
      if (!last || last.count >= segmentRows || last.rows === null) {
        last = this.beginSegment();
      }
      const rows = last.rows ?? [];
      const before = rows.length;
      readEntry(this.state, entry, rows);
      last.end = entry.sequence;
      last.count = rows.length;
      last.touched = this.clock += 1;
      let added = 0;
      for (let at = before; at < rows.length; at += 1) added += weigh(rows[at]);
      last.weight += added;
      this.weight += added;
    }
    if (!changed) return;
    this.open = openRows(this.state);
    this.evict();
    this.notify();
  }

  private beginSegment(): Segment {
    const segment: Segment = {
      start: copyState(this.state),
      end: this.state.after,
      firstRow: this.sealedSize,
      firstLine: this.state.lines + 1,
      count: 0,
      weight: 0,
      rows: [],
      touched: 0,
      loading: null,
    };
    this.segments.push(segment);
    return segment;
  }

  /** The row at an index, or null while it is being fetched again. */
  row(index: number): LogRow | null {
    const sealed = this.sealedSize;
    if (index >= sealed) return this.open[index - sealed] ?? null;
    const segment = this.segmentAt(index);
    if (!segment) return null;
    segment.touched = this.clock += 1;
    if (segment.rows) return segment.rows[index - segment.firstRow] ?? null;
    void this.load(segment).then(
      () => this.notify(),
      () => undefined,
    );
    return null;
  }

  /** The index of the row that holds a line of output, or -1. */
  async rowOfLine(line: number): Promise<number> {
    const sealed = this.sealedSize;
    const unfinished = this.open.findIndex((row) => row.line === line);
    if (unfinished >= 0) return sealed + unfinished;
    for (let at = this.segments.length - 1; at >= 0; at -= 1) {
      const segment = this.segments[at];
      if (!segment || segment.firstLine > line) continue;
      const rows = segment.rows ?? (await this.load(segment));
      const found = rows.findIndex((row) => row.line === line);
      return found < 0 ? -1 : segment.firstRow + found;
    }
    return -1;
  }

  /** The index of the row where a step begins, or -1; only among what is in memory or was marked. */
  async rowOfStep(step: number): Promise<number> {
    for (const segment of this.segments) {
      const rows = segment.rows ?? (segment.start.step <= step ? await this.load(segment) : []);
      const found = rows.findIndex((row) => row.step === step && row.kind === 'begin');
      if (found >= 0) return segment.firstRow + found;
    }
    return -1;
  }

  /** Goes through rows from an index on, in pieces; fetched pieces are not kept. The visitor returns false to end. */
  async scan(from: number, visit: (rows: LogRow[], first: number) => boolean): Promise<number> {
    let index = from;
    for (let segment = this.segmentAt(index); segment; segment = this.segmentAt(index)) {
      const rows = segment.rows ?? (await this.fetchRows(segment));
      if (!visit(rows.slice(index - segment.firstRow), index)) return index;
      index = segment.firstRow + segment.count;
    }
    return index;
  }

  private segmentAt(index: number): Segment | undefined {
    let low = 0;
    let high = this.segments.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const segment = this.segments[middle];
      if (!segment) return undefined;
      if (index < segment.firstRow) high = middle - 1;
      else if (index >= segment.firstRow + segment.count) low = middle + 1;
      else return segment;
    }
    return undefined;
  }

  private load(segment: Segment): Promise<LogRow[]> {
    segment.loading ??= this.fetchRows(segment).then(
      (rows) => {
        segment.rows = rows;
        segment.loading = null;
        segment.touched = this.clock += 1;
        this.weight += segment.weight;
        this.evict();
        return rows;
      },
      (error: unknown) => {
        segment.loading = null;
        throw error;
      },
    );
    return segment.loading;
  }

  private async fetchRows(segment: Segment): Promise<LogRow[]> {
    const state = copyState(segment.start);
    const rows: LogRow[] = [];
    while (state.after < segment.end) {
      const entries = await this.fetchEntries(state.after, Math.min(segment.end - state.after, 5_000));
      if (entries.length === 0) break;
      for (const entry of entries) {
        if (entry.sequence > segment.end) return rows;
        if (entry.branch === this.branch) readEntry(state, entry, rows);
        else state.after = entry.sequence;
      }
    }
    return rows;
  }

  private evict(): void {
    if (this.weight <= this.budget) return;
    const last = this.segments.length - 1;
    const candidates = this.segments.filter((segment, at) => segment.rows !== null && at !== last);
    candidates.sort((a, b) => a.touched - b.touched);
    // What was looked at last stays, however small the budget is.
    for (const segment of candidates.slice(0, -2)) {
      if (this.weight <= this.budget * 0.8) break;
      segment.rows = null;
      this.weight -= segment.weight;
    }
  }

  private notify(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    const tell = () => {
      this.scheduled = false;
      this.version += 1;
      this.listeners.forEach((listener) => listener());
    };
    if (typeof requestAnimationFrame === 'function' && !document.hidden) requestAnimationFrame(tell);
    else setTimeout(tell, 50);
  }
}

function weigh(row: LogRow | undefined): number {
  return row ? row.text.length + 80 : 0;
}
