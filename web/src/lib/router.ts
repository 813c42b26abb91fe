import { useSyncExternalStore } from 'react';

const changed = 'opsconductor:navigate';

function subscribe(listener: () => void): () => void {
  addEventListener('popstate', listener);
  addEventListener(changed, listener);
  return () => {
    removeEventListener('popstate', listener);
    removeEventListener(changed, listener);
  };
}

/** Path, query and fragment of the page in view. */
export function useAddress(): string {
  return useSyncExternalStore(subscribe, () => location.pathname + location.search + location.hash);
}

/** The path of the page in view. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname);
}

type Guard = () => boolean;
let guard: Guard | null = null;
/** Asks before leaving a page with unsaved changes; the returned function takes the question back. */
export function guardLeaving(ask: Guard): () => void {
  guard = ask;
  return () => {
    if (guard === ask) guard = null;
  };
}

/** Takes back whatever asks before leaving, as after saving. */
export function leaveFreely(): void {
  guard = null;
}

interface Place {
  y?: number;
}

/** Brings lists back to where they were on the way back, and asks before unsaved changes are left that way too. */
export function watchHistory(): void {
  history.scrollRestoration = 'manual';
  let here = location.href;
  addEventListener(changed, () => {
    here = location.href;
  });
  addEventListener('popstate', (event) => {
    const leaves = new URL(here).pathname !== location.pathname;
    if (leaves && guard !== null && !guard()) {
      history.pushState(null, '', here);
      event.stopImmediatePropagation();
      return;
    }
    here = location.href;
    const { y = 0 } = (event.state as Place | null) ?? {};
    if (leaves) setTimeout(() => scrollTo(0, y), 50);
  });
}

/** Goes to an address of the app. `replace` leaves no entry in the browser's history. */
export function navigate(to: string, options: { replace?: boolean } = {}): void {
  const leaves = new URL(to, location.href).pathname !== location.pathname;
  if (leaves && guard !== null && !guard()) return;
  if (options.replace) {
    history.replaceState(history.state, '', to);
  } else {
    const place: Place = { y: window.scrollY };
    history.replaceState(place, '');
    history.pushState(null, '', to);
  }
  if (leaves) scrollTo(0, 0);
  dispatchEvent(new Event(changed));
}

/** The named parts of a path if it fits a pattern such as `/runs/:run`, else null. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/').filter(Boolean);
  const found = path.split('/').filter(Boolean);
  if (wanted.length !== found.length) return null;
  const parts: Record<string, string> = {};
  for (const [index, want] of wanted.entries()) {
    const have = found[index] ?? '';
    if (want.startsWith(':')) parts[want.slice(1)] = decode(have);
    else if (want !== have) return null;
  }
  return parts;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A new query string: null, empty and undefined take a name away. */
export function withQuery(search: string, patch: Record<string, string | number | null | undefined>): string {
  const query = new URLSearchParams(search);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null || value === undefined || value === '') query.delete(name);
    else query.set(name, String(value));
  }
  const text = query.toString();
  return text === '' ? '' : '?' + text;
}

/** The query of the page in view and a way to change it; a change replaces the history entry unless `push` is set. */
export function useQuery(): [URLSearchParams, (patch: Record<string, string | number | null | undefined>, push?: boolean) => void] {
  const search = useSyncExternalStore(subscribe, () => location.search);
  const change = (patch: Record<string, string | number | null | undefined>, push = false) => {
    navigate(location.pathname + withQuery(location.search, patch), { replace: !push });
  };
  return [new URLSearchParams(search), change];
}

/** Where to go after sign-in: only a path of this app. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) && !next.startsWith('/login') ? next : '/';
}
