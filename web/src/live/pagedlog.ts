import type { OutputLines, StepResult } from '../api.gen';
import type { LogRow } from './lineparser';

/** A log as the view of it needs it: rows by index, however many there are. */
export interface Log {
  readonly size: number;
  readonly lines: number;
  subscribe: (listener: () => void) => () => void;
  snapshot: () => number;
  row(index: number): LogRow | null;
  rowOfLine(line: number): Promise<number>;
  rowOfStep(step: number): Promise<number>;
  scan(from: number, visit: (rows: LogRow[], first: number) => boolean): Promise<number>;
}

/** Gets lines of a step from a number on. */
export type FetchLines = (step: number, from: number, limit: number) => Promise<OutputLines>;

interface Block {
  result: StepResult;
  firstRow: number;
  firstLine: number;
  lines: number;
}

interface Page {
  rows: LogRow[] | null;
  weight: number;
  touched: number;
  loading: Promise<LogRow[]> | null;
}

const pageLines = 500;

/** The log of a branch that has ended: only how many lines each step has is known, and the pages that are looked at are fetched. */
export class PagedLog implements Log {
  private readonly blocks: Block[] = [];
  private readonly pages = new Map<string, Page>();
  private readonly listeners = new Set<() => void>();
  private clock = 0;
  private weight = 0;
  private version = 0;

  constructor(
    private readonly fetchLines: FetchLines,
    private readonly budget = 48_000_000,
  ) {}

  /** Finds out how long the output of each step is. */
  async open(steps: StepResult[]): Promise<void> {
    const begun = steps.filter((step) => step.state !== 'waiting' && step.state !== 'skipped');
    const extents = await Promise.all(begun.map((step) => this.fetchLines(step.number, 1, 0)));
    begun.forEach((result, at) => {
      const last = this.blocks[this.blocks.length - 1];
      this.blocks.push({
        result,
        firstRow: this.size,
        firstLine: last ? last.firstLine + last.lines : 1,
        lines: extents[at]?.total_lines ?? 0,
      });
    });
    this.notify();
  }

  get size(): number {
    const last = this.blocks[this.blocks.length - 1];
    return last ? last.firstRow + last.lines + 2 : 0;
  }
  get lines(): number {
    return this.blocks.reduce((sum, block) => sum + block.lines, 0);
  }
  /** How many characters are kept, for tests. */
  get kept(): number {
    return this.weight;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  snapshot = (): number => this.version;

  row(index: number): LogRow | null {
    const block = this.blockAt(index);
    if (!block) return null;
    const at = index - block.firstRow - 1;
    if (at < 0 || at >= block.lines) return edge(block, at < 0);
    const page = this.page(block, Math.floor(at / pageLines));
    page.touched = this.clock += 1;
    if (page.rows) return page.rows[at % pageLines] ?? null;
    void this.load(block, Math.floor(at / pageLines)).then(
      () => this.notify(),
      () => undefined,
    );
    return null;
  }

  rowOfLine(line: number): Promise<number> {
    const block = this.blocks.find((one) => line >= one.firstLine && line < one.firstLine + one.lines);
    return Promise.resolve(block ? block.firstRow + 1 + line - block.firstLine : -1);
  }

  rowOfStep(step: number): Promise<number> {
    return Promise.resolve(this.blocks.find((block) => block.result.number === step)?.firstRow ?? -1);
  }

  async scan(from: number, visit: (rows: LogRow[], first: number) => boolean): Promise<number> {
    let index = from;
    for (let block = this.blockAt(index); block; block = this.blockAt(index)) {
      const at = index - block.firstRow - 1;
      let rows: LogRow[];
      if (at < 0 || at >= block.lines) rows = [edge(block, at < 0)];
      else {
        const number = Math.floor(at / pageLines);
        rows = (this.pages.get(`${block.result.number}/${number}`)?.rows ?? (await this.fetchPage(block, number))).slice(at % pageLines);
      }
      if (rows.length === 0) return index;
      if (!visit(rows, index)) return index;
      index += rows.length;
    }
    return index;
  }

  private blockAt(index: number): Block | undefined {
    return this.blocks.find((block) => index >= block.firstRow && index < block.firstRow + block.lines + 2);
  }

  private page(block: Block, number: number): Page {
    const key = `${block.result.number}/${number}`;
    const page = this.pages.get(key) ?? { rows: null, weight: 0, touched: 0, loading: null };
    this.pages.set(key, page);
    return page;
  }

  private load(block: Block, number: number): Promise<LogRow[]> {
    const page = this.page(block, number);
    page.loading ??= this.fetchPage(block, number).then(
      (rows) => {
        page.rows = rows;
        page.loading = null;
        page.weight = rows.reduce((sum, row) => sum + row.text.length + 80, 0);
        this.weight += page.weight;
        this.evict();
        return rows;
      },
      (error: unknown) => {
        page.loading = null;
        throw error;
      },
    );
    return page.loading;
  }

  private async fetchPage(block: Block, number: number): Promise<LogRow[]> {
    const first = number * pageLines + 1;
    const end = Math.min(first + pageLines, block.lines + 1);
    const rows: LogRow[] = [];
    // Long lines come fewer at a time than were asked for.
    while (first + rows.length < end) {
      const answer = await this.fetchLines(block.result.number, first + rows.length, end - first - rows.length);
      if (answer.lines.length === 0) break;
      for (const line of answer.lines) {
        const shown = line.text.replace(/\r+$/, '');
        const text = shown.slice(shown.lastIndexOf('\r') + 1);
        rows.push({
          kind: line.stream,
          text: line.cut ? `${text} … the line is longer, see the download` : text,
          line: block.firstLine + line.number - 1,
          step: block.result.number,
        });
      }
    }
    return rows;
  }

  private evict(): void {
    if (this.weight <= this.budget) return;
    const full = [...this.pages].filter(([, page]) => page.rows !== null).sort((a, b) => a[1].touched - b[1].touched);
    for (const [key, page] of full.slice(0, -2)) {
      if (this.weight <= this.budget * 0.8) break;
      this.pages.delete(key);
      this.weight -= page.weight;
    }
  }

  private notify(): void {
    this.version += 1;
    this.listeners.forEach((listener) => listener());
  }
}

function edge(block: Block, begins: boolean): LogRow {
  const result: StepResult = begins ? { ...block.result, state: 'running' } : block.result;
  return { kind: begins ? 'begin' : 'end', text: result.name, line: 0, step: result.number, result };
}
