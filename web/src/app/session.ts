import { api } from '../lib/api';
import type { ClientConfig, Me, Permission, Problem } from '../lib/api';
import { asProblem, onSignedOut, ProblemError } from '../http';
import { Store, useStore } from '../lib/store';

/** Who uses the app, as far as it is known. */
export type Session =
  | { phase: 'starting' }
  | { phase: 'broken'; problem: Problem }
  | { phase: 'out'; config: ClientConfig }
  | { phase: 'in'; config: ClientConfig; me: Me };

/** The session of this browser tab. */
export const session = new Store<Session>({ phase: 'starting' });

// Whether this browser signed in lately; it spares the sign-in page a question whose answer is known.
const hint = {
  get: () => {
    try {
      return localStorage.getItem('signed-in') !== null;
    } catch {
      return true;
    }
  },
  set: (on: boolean) => {
    try {
      if (on) localStorage.setItem('signed-in', 'yes');
      else localStorage.removeItem('signed-in');
    } catch {
      /* private browsing */
    }
  },
};
const entries = ['/login', '/setup', '/redeem'];

/** Asks the server who we are. */
export async function startSession(): Promise<void> {
  try {
    const config = await api.auth.config();
    if (config.needs_setup || (!hint.get() && entries.includes(location.pathname))) {
      session.set({ phase: 'out', config });
      return;
    }
    try {
      session.set({ phase: 'in', config, me: await api.auth.me() });
      hint.set(true);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.status !== 401) throw error;
      session.set({ phase: 'out', config });
    }
  } catch (error) {
    session.set({ phase: 'broken', problem: asProblem(error) });
  }
}

/** Takes over a fresh sign-in. */
export function signedIn(me: Me): void {
  hint.set(true);
  const now = session.get();
  if (now.phase === 'out' || now.phase === 'in') session.set({ phase: 'in', config: { ...now.config, needs_setup: false }, me });
}

/** Ends the session here and on the server. */
export async function signOut(): Promise<void> {
  try {
    await api.auth.logout();
  } finally {
    forget();
  }
}

function forget(): void {
  hint.set(false);
  const now = session.get();
  if (now.phase === 'in') session.set({ phase: 'out', config: now.config });
}
onSignedOut(forget);

/** The signed-in user; only for screens behind sign-in. */
export function useMe(): Me {
  const now = useStore(session);
  if (now.phase !== 'in') throw new Error('This screen needs a signed-in user.');
  return now.me;
}

/** What the server says to everybody. */
export function useConfig(): ClientConfig | undefined {
  const now = useStore(session);
  return now.phase === 'in' || now.phase === 'out' ? now.config : undefined;
}

/** Whether the signed-in user may do something; what is not allowed is not shown. */
export function useMay(permission: Permission): boolean {
  const now = useStore(session);
  return now.phase === 'in' && now.me.permissions.includes(permission);
}
