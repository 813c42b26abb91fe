import type { Branch, Execution, ExecutionDetail, FeedEntry, Problem, StepResult } from '../api.gen';
import { asProblem } from '../http';
import { api } from '../lib/api';
import { isFinal } from '../lib/status';
import { live } from './connection';
import { LogStore } from './logstore';
import { PagedLog } from './pagedlog';
import type { Log } from './pagedlog';

/** How far the output of the chosen branch is. */
export type LogPhase = 'none' | 'reading' | 'live' | 'failed';

/** One execution while it is looked at: its branches, and the log of the branch that is chosen. */
export class ExecutionModel {
  detail: ExecutionDetail | null = null;
  branches: Branch[] = [];
  branchesComplete = false;
  problem: Problem | null = null;
  selected: number | null = null;
  logPhase: LogPhase = 'none';
  isPaused = false;
  private readonly byNumber = new Map<number, number>();
  private readonly logs = new Map<number, LogStore>();
  /** Of branches that ended with much output only what is looked at is fetched. */
  private readonly paged = new Map<number, PagedLog>();
  private sequence = 0;
  private promised = 0;
  private reading = 0;
  private leave: (() => void) | null = null;
  private stopped = false;
  private version = 0;
  private scheduled = false;
  private readonly listeners = new Set<() => void>();

  constructor(readonly reference: string) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  snapshot = (): number => this.version;

  get execution(): Execution | null {
    return this.detail?.execution ?? null;
  }
  get log(): Log | null {
    if (this.selected === null) return null;
    return this.paged.get(this.selected) ?? this.logs.get(this.selected) ?? null;
  }
  get branch(): Branch | null {
    return this.selected === null ? null : this.branchOf(this.selected);
  }
  branchOf(number: number): Branch | null {
    return this.branches[this.byNumber.get(number) ?? -1] ?? null;
  }

  /** Loads everything and follows what happens. */
  async start(): Promise<void> {
    try {
      this.detail = await api.executions.show(this.reference);
      this.sequence = this.detail.execution.last_sequence;
      this.notify();
      await this.loadBranches();
      if (!this.stopped) this.follow();
    } catch (error) {
      this.problem = asProblem(error);
      this.notify();
    }
  }

  /** Leaves the execution: nothing is followed any more. */
  stop(): void {
    this.stopped = true;
    this.reading += 1;
    this.leave?.();
    this.leave = null;
  }

  /** Stops or resumes live updates. */
  setPaused(paused: boolean): void {
    this.isPaused = paused;
    this.reading += 1;
    if (paused) {
      this.leave?.();
      this.leave = null;
    } else {
      this.follow();
      void this.readLog();
    }
    this.notify();
  }

  /** Chooses the branch whose output is shown. */
  select(number: number | null): void {
    if (number === this.selected) return;
    this.selected = number;
    this.reading += 1;
    this.promised = 0;
    this.logPhase = number === null ? 'none' : 'reading';
    if (number !== null) {
      const known = this.logs.get(number) ?? this.newLog(number);
      this.logs.delete(number);
      this.logs.set(number, known);
      for (const oldest of this.logs.keys()) {
        if (this.logs.size <= 3) break;
        this.logs.delete(oldest);
      }
    }
    if (this.leave && this.execution) live.refollow(this.execution.id);
    void this.readLog();
    this.notify();
  }

  /** Takes over the answer to a change, such as a cancellation, unless something newer was heard meanwhile. */
  setExecution(execution: Execution): void {
    if (!this.isPaused && execution.last_sequence < this.sequence) return;
    if (this.detail) this.detail = { ...this.detail, execution };
    this.notify();
  }

  private newLog(number: number): LogStore {
    return new LogStore(number, async (after, limit) => {
      const feed = await api.executions.feed(this.reference, { branch: number, after, limit });
      return feed.entries;
    });
  }

  private async loadBranches(): Promise<void> {
    let cursor: string | undefined;
    do {
      const page = await api.executions.branches(this.reference, cursor === undefined ? { limit: 1000 } : { limit: 1000, cursor });
      for (const branch of page.items) {
        this.byNumber.set(branch.number, this.branches.length);
        this.branches.push(branch);
      }
      cursor = page.next_cursor;
      this.branches = [...this.branches];
      this.notify();
    } while (cursor !== undefined && !this.stopped);
    this.branchesComplete = true;
    this.notify();
  }

  private follow(): void {
    const execution = this.execution;
    if (!execution || this.leave || this.isPaused) return;
    this.leave = live.follow(execution.id, {
      after: () => this.sequence,
      branch: () => this.selected ?? undefined,
      entries: (entries) => this.take(entries),
      resumed: () => void this.readLog(),
    });
  }

  private async readLog(): Promise<void> {
    const number = this.selected;
    const log = number === null ? undefined : this.logs.get(number);
    if (number === null || log === undefined) return;
    const round = (this.reading += 1);
    this.logPhase = 'reading';
    try {
      const branch = this.branchOf(number);
      if (this.paged.has(number) || (branch && log.after === 0 && isLarge(branch))) {
        if (branch && !this.paged.has(number)) {
          const paged = new PagedLog((step, from, limit) => api.executions.lines(this.reference, { branch: number, step, from, limit }));
          await paged.open(branch.steps);
          this.paged.set(number, paged);
        }
        if (round !== this.reading || this.stopped) return;
        this.logPhase = 'live';
        this.notify();
        return;
      }
      for (;;) {
        const feed = await api.executions.feed(this.reference, { branch: number, after: log.after, limit: 5000 });
        if (round !== this.reading || this.stopped) return;
        log.append(feed.entries);
        if (feed.is_complete && log.after >= this.promised) break;
        if (feed.entries.length === 0 && !feed.is_complete) break;
      }
      this.logPhase = 'live';
    } catch (error) {
      if (round !== this.reading || this.stopped) return;
      this.logPhase = 'failed';
      this.problem = asProblem(error);
    }
    this.notify();
  }

  private take(entries: FeedEntry[]): void {
    const output: FeedEntry[] = [];
    for (const entry of entries) {
      if (entry.branch !== undefined && entry.branch === this.selected) output.push(entry);
      if (entry.sequence <= this.sequence && entry.kind !== 'output') continue;
      this.sequence = Math.max(this.sequence, entry.sequence);
      this.apply(entry);
    }
    const last = output[output.length - 1];
    if (last) {
      const log = this.selected === null ? undefined : this.logs.get(this.selected);
      if (this.logPhase === 'live') log?.append(output);
      else this.promised = Math.max(this.promised, last.sequence);
    }
    this.notify();
  }

  private apply(entry: FeedEntry): void {
    if (entry.kind === 'execution' && entry.execution && this.detail) {
      this.detail = { ...this.detail, execution: entry.execution };
      return;
    }
    const at = entry.branch === undefined ? undefined : this.byNumber.get(entry.branch);
    const branch = at === undefined ? undefined : this.branches[at];
    if (at === undefined || branch === undefined) return;
    if (entry.kind === 'branch' && entry.branch_state) this.branches[at] = withState(branch, entry);
    else if (entry.kind === 'step' && entry.step_result) this.branches[at] = withStep(branch, entry.step_result);
  }

  private notify(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    const wait = this.branches.length > 2000 ? 200 : 30;
    setTimeout(() => {
      this.scheduled = false;
      this.version += 1;
      this.listeners.forEach((listener) => listener());
    }, wait);
  }
}

/** Whether a branch has ended with more output than is to be read at once. */
function isLarge(branch: Branch): boolean {
  return isFinal(branch.state) && branch.steps.reduce((sum, step) => sum + step.output_bytes, 0) > 2_000_000;
}

function withState(branch: Branch, entry: FeedEntry): Branch {
  const state = entry.branch_state ?? branch.state;
  const next: Branch = { ...branch, state };
  if (entry.cause !== undefined) next.cause = entry.cause;
  else delete next.cause;
  if (state === 'running' && branch.started_at === undefined) next.started_at = entry.at;
  if (isFinal(state)) next.ended_at = entry.at;
  return next;
}

function withStep(branch: Branch, result: StepResult): Branch {
  if (branch.steps.some((step) => step.number === result.number))
    return { ...branch, steps: branch.steps.map((step) => (step.number === result.number ? result : step)) };
  // What undoes a step has no result before it begins.
  return { ...branch, steps: [...branch.steps, result].sort((a, b) => a.number - b.number) };
}
