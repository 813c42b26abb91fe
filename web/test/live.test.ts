import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FeedEntry } from '../src/api.gen';
import { backoff, LiveConnection } from '../src/live/socket';
import type { Socket } from '../src/live/socket';

class TestSocket implements Socket {
  onopen: ((event: never) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readyState = 0;
  sent: unknown[] = [];
  closed = false;
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.closed = true;
  }
  open(): void {
    this.onopen?.(undefined as never);
  }
  drop(code = 1006, reason = ''): void {
    this.onclose?.({ code, reason });
  }
  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

function world(isSignedOut: () => Promise<boolean> = () => Promise.reject(new Error('nobody should ask'))) {
  const sockets: TestSocket[] = [];
  const timers: { work: () => void; wait: number; live: boolean }[] = [];
  const live = new LiveConnection({
    open: () => {
      const socket = new TestSocket();
      sockets.push(socket);
      return socket;
    },
    now: () => 0,
    later: (work, wait) => {
      const timer = { work, wait, live: true };
      timers.push(timer);
      return timer;
    },
    cancel: (timer) => {
      if (timer) (timer as { live: boolean }).live = false;
    },
    random: () => 0,
    isSignedOut,
  });
  const last = () => {
    const socket = sockets[sockets.length - 1];
    assert.ok(socket);
    return socket as TestSocket;
  };
  const fire = () => {
    const due = timers.splice(0).filter((timer) => timer.live);
    due.forEach((timer) => timer.work());
    return due.map((timer) => timer.wait);
  };
  return { live, sockets, last, fire };
}

const entry = (sequence: number): FeedEntry => ({
  sequence,
  at: '2026-01-01T00:00:00Z',
  kind: 'branch',
  branch: 1,
  branch_state: 'running',
});

test('a follower is announced once the connection is open, from the number it knows', () => {
  const { live, last } = world();
  live.follow('e1', { after: () => 7, branch: () => 2, entries: () => undefined });
  assert.deepEqual(last().sent, []);
  last().open();
  assert.deepEqual(last().sent, [{ follow: { execution: 'e1', after: 7, branch: 2 } }]);
});

test('after a broken connection it reconnects and goes on where it was', () => {
  const { live, sockets, last, fire } = world();
  let known = 0;
  let resumed = 0;
  live.follow('e1', {
    after: () => known,
    branch: () => undefined,
    entries: (entries) => {
      known = entries[entries.length - 1]?.sequence ?? known;
    },
    resumed: () => {
      resumed += 1;
    },
  });
  last().open();
  last().say({ execution: 'e1', entries: [entry(1), entry(2)] });
  last().drop();
  assert.equal(live.state.get().phase, 'waiting');
  fire();
  last().open();
  assert.equal(sockets.length, 2);
  assert.deepEqual(last().sent, [{ follow: { execution: 'e1', after: 2 } }]);
  assert.equal(resumed, 2);
});

test('waits grow up to twenty seconds and shrink again after success', () => {
  assert.equal(backoff(0, 1), 500);
  assert.equal(backoff(3, 1), 4000);
  assert.equal(backoff(30, 1), 20_000);
  const { live, last, fire } = world();
  live.watch(() => undefined);
  last().drop();
  const first = fire()[0] ?? 0;
  last().drop();
  const second = fire()[0] ?? 0;
  assert.ok(second > first);
  last().open();
  last().drop();
  assert.equal(fire()[0], first);
});

test('entries of a socket that was given up are not taken', () => {
  const { live, sockets, last, fire } = world();
  const got: number[] = [];
  live.follow('e1', { after: () => 0, branch: () => undefined, entries: (entries) => got.push(...entries.map((one) => one.sequence)) });
  last().open();
  last().drop();
  fire();
  sockets[0]?.say({ execution: 'e1', entries: [entry(9)] });
  assert.deepEqual(got, []);
});

test('leaving a view stops its stream, and the connection ends when nobody listens', () => {
  const { live, last, fire } = world();
  const leave = live.follow('e1', { after: () => 0, branch: () => undefined, entries: () => undefined });
  last().open();
  leave();
  assert.deepEqual(last().sent[1], { unfollow: 'e1' });
  fire();
  assert.equal(live.state.get().phase, 'idle');
  assert.ok(last().closed);
});

test('the overview is asked for once for all watchers and given up after the last', () => {
  const { live, last } = world();
  const seen: string[] = [];
  const first = live.watch((execution) => seen.push('a' + execution.serial));
  last().open();
  const second = live.watch((execution) => seen.push('b' + execution.serial));
  last().say({ overview: { serial: 'X' } });
  first();
  second();
  assert.deepEqual(seen, ['aX', 'bX']);
  assert.deepEqual(last().sent, [{ overview: true }, { overview: false }]);
});

test('a chosen branch is asked for again from what is known', () => {
  const { live, last } = world();
  let branch = 1;
  live.follow('e1', { after: () => 40, branch: () => branch, entries: () => undefined });
  last().open();
  branch = 3;
  live.refollow('e1');
  assert.deepEqual(last().sent.slice(1), [{ unfollow: 'e1' }, { follow: { execution: 'e1', after: 40, branch: 3 } }]);
});

test('a session that has ended is no reason to connect again, until somebody listens who has signed in', async () => {
  const { live, sockets, last, fire } = world(() => Promise.resolve(true));
  live.watch(() => undefined);
  last().open();
  last().drop(1008, 'unauthenticated');
  await Promise.resolve();
  await Promise.resolve();
  assert.equal(live.state.get().phase, 'idle');
  assert.deepEqual(fire(), []);
  assert.equal(sockets.length, 1);
  live.watch(() => undefined);
  assert.equal(sockets.length, 2);
});

test('a session that was renewed in another tab is connected again, and so is one that nobody can ask about', async () => {
  const { live, sockets, last, fire } = world(() => Promise.resolve(false));
  live.watch(() => undefined);
  last().open();
  last().drop(1008, 'unauthenticated');
  assert.equal(live.state.get().phase, 'connecting');
  await Promise.resolve();
  await Promise.resolve();
  assert.equal(live.state.get().phase, 'waiting');
  fire();
  assert.equal(sockets.length, 2);
});

test('another policy violation is waited out like any broken connection', () => {
  const { live, last } = world();
  live.watch(() => undefined);
  last().open();
  last().drop(1008, 'caller-changed');
  assert.equal(live.state.get().phase, 'waiting');
});
