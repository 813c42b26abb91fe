import { plainText } from '../lib/ansi';
import type { Log } from './pagedlog';

/** What to look for in a log. */
export interface Query {
  text: string;
  regex: boolean;
  caseSensitive: boolean;
}

/** A query as a regular expression, or why it is none. */
export function compile(query: Query): RegExp | string {
  const source = query.regex ? query.text : query.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  try {
    return new RegExp(source, query.caseSensitive ? 'g' : 'gi');
  } catch (error) {
    return error instanceof Error ? error.message : 'This is no regular expression.';
  }
}

/** Where the hits are in one line of plain text. */
export function hitsIn(line: string, pattern: RegExp): [number, number][] {
  const hits: [number, number][] = [];
  pattern.lastIndex = 0;
  for (let hit = pattern.exec(line); hit !== null && hits.length < 200; hit = pattern.exec(line)) {
    const text = hit[0] ?? '';
    if (text === '') pattern.lastIndex += 1;
    else hits.push([hit.index, hit.index + text.length]);
  }
  return hits;
}

const most = 100_000;

/** A search that goes on while the log grows: `rows` are the indexes of rows with a hit, in order. */
export class LogSearch {
  readonly rows: number[] = [];
  done = 0;
  busy = false;
  private stopped = false;

  constructor(
    private readonly store: Log,
    readonly pattern: RegExp,
    private readonly changed: () => void,
  ) {}

  /** Whether there are more hits than are kept. */
  get isFull(): boolean {
    return this.rows.length >= most;
  }

  /** Reads what is new. */
  async advance(): Promise<void> {
    if (this.busy || this.stopped || this.isFull) return;
    this.busy = true;
    try {
      let pause = Date.now();
      while (!this.stopped && !this.isFull) {
        const before = this.done;
        this.done = await this.store
          .scan(before, (rows, first) => {
            rows.forEach((row, at) => {
              this.pattern.lastIndex = 0;
              if (this.rows.length < most && this.pattern.test(plainText(row.text))) this.rows.push(first + at);
            });
            this.done = first + rows.length;
            return !this.stopped && !this.isFull && Date.now() - pause < 24;
          })
          .then((end) => Math.max(end, this.done));
        if (this.done === before) break;
        this.changed();
        await new Promise((resume) => setTimeout(resume, 0));
        pause = Date.now();
      }
    } finally {
      this.busy = false;
      if (!this.stopped) this.changed();
    }
  }

  stop(): void {
    this.stopped = true;
  }
}
