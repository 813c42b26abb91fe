import type { Execution, FeedEntry, LiveAnswer, LiveRequest, Problem } from '../api.gen';
import { Store } from '../lib/store';

/** How the live connection is. */
export type LiveState =
  | { phase: 'idle' }
  | { phase: 'connecting' }
  | { phase: 'open' }
  | { phase: 'waiting'; until: number; attempt: number };

/** What someone who follows an execution wants to hear. */
export interface Follower {
  /** The last number that is known, asked at the start and after each reconnect. */
  after: () => number;
  /** The branch whose output is wanted; absent wants all. */
  branch: () => number | undefined;
  entries: (entries: FeedEntry[]) => void;
  /** The connection is there again and this execution is followed from `after`. */
  resumed?: () => void;
  problem?: (problem: Problem) => void;
}

/** The part of a browser's WebSocket that is used. */
export interface Socket {
  onopen: ((event: never) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  readyState: number;
  send(text: string): void;
  close(): void;
}

/** Clock and network; tests give their own. */
export interface LiveWorld {
  open: () => Socket;
  now: () => number;
  later: (work: () => void, milliseconds: number) => unknown;
  cancel: (handle: unknown) => void;
  random: () => number;
  /** Asks the server whether this browser's session has ended; the app shows the sign-in page then. */
  isSignedOut: () => Promise<boolean>;
}

// What the server says when it closes a connection whose session has ended.
const policyViolation = 1008;
const signInOver = 'unauthenticated';
const first = 500;
const longest = 20_000;

/** The wait before the next attempt: doubles up to 20 s, a quarter of it by chance. */
export function backoff(attempt: number, random: number): number {
  return Math.min(longest, first * 2 ** Math.min(attempt, 10)) * (0.75 + random * 0.25);
}

/** One WebSocket for the whole app: opened when somebody listens, closed when nobody does, reconnected with growing waits. */
export class LiveConnection {
  readonly state = new Store<LiveState>({ phase: 'idle' });
  private readonly followers = new Map<string, Set<Follower>>();
  private readonly watchers = new Set<(execution: Execution) => void>();
  private socket: Socket | null = null;
  private attempt = 0;
  private timer: unknown = null;

  constructor(private readonly world: LiveWorld) {}

  /** Follows an execution by id; the returned function ends it. */
  follow(execution: string, follower: Follower): () => void {
    const others = this.followers.get(execution) ?? new Set<Follower>();
    others.add(follower);
    this.followers.set(execution, others);
    this.ensure();
    this.sendFollow(execution);
    return () => {
      others.delete(follower);
      if (others.size > 0) return;
      if (this.followers.get(execution) === others) this.followers.delete(execution);
      this.send({ unfollow: execution });
      this.release();
    };
  }

  /** Says again what is wanted of an execution, such as after another branch was chosen. */
  refollow(execution: string): void {
    this.send({ unfollow: execution });
    this.sendFollow(execution);
  }

  /** Hears of every execution that changes its state; the returned function ends it. */
  watch(watcher: (execution: Execution) => void): () => void {
    this.watchers.add(watcher);
    this.ensure();
    if (this.watchers.size === 1) this.send({ overview: true });
    return () => {
      this.watchers.delete(watcher);
      if (this.watchers.size === 0) this.send({ overview: false });
      this.release();
    };
  }

  /** Tries again at once. */
  retryNow(): void {
    if (this.state.get().phase !== 'waiting') return;
    this.world.cancel(this.timer);
    this.connect();
  }

  /** Ends the connection, as after sign-out. */
  close(): void {
    this.world.cancel(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    this.attempt = 0;
    this.state.set({ phase: 'idle' });
  }

  private get isWanted(): boolean {
    return this.followers.size > 0 || this.watchers.size > 0;
  }

  private ensure(): void {
    if (this.state.get().phase === 'idle') this.connect();
  }

  private release(): void {
    this.world.later(() => {
      if (!this.isWanted) this.close();
    }, 5_000);
  }

  private connect(): void {
    this.state.set({ phase: 'connecting' });
    const socket = this.world.open();
    this.socket = socket;
    socket.onopen = () => {
      if (this.socket !== socket) return;
      this.attempt = 0;
      this.state.set({ phase: 'open' });
      if (this.watchers.size > 0) this.send({ overview: true });
      for (const execution of this.followers.keys()) {
        this.sendFollow(execution);
        this.followers.get(execution)?.forEach((follower) => follower.resumed?.());
      }
    };
    socket.onmessage = (event) => {
      if (this.socket === socket) this.receive(String(event.data));
    };
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      if (event.code === policyViolation && event.reason === signInOver) void this.ask();
      else this.wait();
    };
  }

  private wait(): void {
    if (!this.isWanted) {
      this.state.set({ phase: 'idle' });
      return;
    }
    const wait = backoff(this.attempt, this.world.random());
    this.attempt += 1;
    this.state.set({ phase: 'waiting', until: this.world.now() + wait, attempt: this.attempt });
    this.timer = this.world.later(() => this.connect(), wait);
  }

  // The session of the connection has ended, but another tab may have signed in again meanwhile: only that is worth another attempt.
  private async ask(): Promise<void> {
    this.state.set({ phase: 'connecting' });
    const isSignedOut = await this.world.isSignedOut();
    if (this.socket !== null || this.state.get().phase !== 'connecting') return;
    if (isSignedOut) this.close();
    else this.wait();
  }

  private receive(text: string): void {
    const answer = JSON.parse(text) as LiveAnswer;
    const { execution, entries, overview, problem } = answer;
    if (overview) this.watchers.forEach((watcher) => watcher(overview));
    if (execution === undefined) return;
    const followers = this.followers.get(execution);
    if (entries) followers?.forEach((follower) => follower.entries(entries));
    if (problem) followers?.forEach((follower) => follower.problem?.(problem));
  }

  private sendFollow(execution: string): void {
    const followers = [...(this.followers.get(execution) ?? [])];
    if (followers.length === 0) return;
    const after = Math.min(...followers.map((follower) => follower.after()));
    const branches = new Set(followers.map((follower) => follower.branch()));
    const branch = branches.size === 1 ? [...branches][0] : undefined;
    this.send({ follow: branch === undefined ? { execution, after } : { execution, after, branch } });
  }

  private send(message: LiveRequest): void {
    if (this.socket !== null && this.state.get().phase === 'open') this.socket.send(JSON.stringify(message));
  }
}
