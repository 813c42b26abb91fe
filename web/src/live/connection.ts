import { ProblemError } from '../http';
import { api } from '../lib/api';
import { LiveConnection } from './socket';
import type { Socket } from './socket';

/** The live connection of this tab. */
export const live = new LiveConnection({
  open: () => new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`) as unknown as Socket,
  now: () => Date.now(),
  later: (work, milliseconds) => setTimeout(work, milliseconds),
  cancel: (handle) => clearTimeout(handle as number),
  random: () => Math.random(),
  isSignedOut: () => api.auth.me().then(
    () => false,
    (error: unknown) => error instanceof ProblemError && error.problem.status === 401,
  ),
});

// A session that ended makes the server refuse the connection; asking who we are then leads to the sign-in page.
live.state.subscribe(() => {
  const state = live.state.get();
  if (state.phase === 'waiting' && state.attempt % 3 === 2) api.auth.me().catch(() => undefined);
});
addEventListener('online', () => live.retryNow());
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) live.retryNow();
});
