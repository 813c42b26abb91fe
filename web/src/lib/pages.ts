import { useCallback, useEffect, useRef, useState } from 'react';
import type { Problem } from '../api.gen';
import { asProblem } from '../http';
import type { PageLoader } from './api';

/** A list that is loaded page by page. */
export interface Pages<T> {
  items: T[];
  total: number | undefined;
  problem: Problem | undefined;
  /** No answer yet for the present filter. */
  loading: boolean;
  loadingMore: boolean;
  hasMore: boolean;
  more: () => void;
  reload: () => void;
  /** Changes the items in place, such as one that was edited. */
  edit: (change: (items: T[]) => T[]) => void;
}

interface State<T> {
  key: string;
  items: T[];
  cursor?: string | undefined;
  total?: number | undefined;
  problem?: Problem;
  phase: 'first' | 'more' | 'ready';
}

// Lists that were seen lately, so that the way back shows the same rows at the same place.
const seen = new Map<string, State<unknown>>();

function remember(state: State<unknown>): void {
  seen.delete(state.key);
  seen.set(state.key, state);
  if (seen.size > 20)
    for (const oldest of seen.keys()) {
      seen.delete(oldest);
      break;
    }
}

/** Loads the first page for each `key` and further ones on demand. */
export function usePages<T>(key: string, load: PageLoader<T>): Pages<T> {
  const [state, setState] = useState<State<T>>(() => (seen.get(key) as State<T> | undefined) ?? { key, items: [], phase: 'first' });
  const [round, setRound] = useState(0);
  const loader = useRef(load);
  loader.current = load;
  const latest = useRef(state);
  latest.current = state;

  useEffect(() => {
    const abort = new AbortController();
    const known = seen.get(key) as State<T> | undefined;
    setState(known ?? { key, items: latest.current.key === key ? latest.current.items : [], phase: 'first' });
    const pages = Math.max(1, Math.ceil((known?.items.length ?? 1) / 100));
    loadPages(loader.current, pages, abort.signal).then(
      (loaded) => {
        if (abort.signal.aborted) return;
        const next: State<T> = { key, ...loaded, phase: 'ready' };
        remember(next);
        setState(next);
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setState((old) => ({ ...old, key, phase: 'ready', problem: asProblem(error) }));
      },
    );
    return () => abort.abort();
  }, [key, round]);

  const more = useCallback(() => {
    const from = latest.current;
    if (from.phase !== 'ready' || from.cursor === undefined) return;
    setState({ ...from, phase: 'more' });
    loader.current(from.cursor, {}).then(
      (page) =>
        setState((old) => {
          if (old.key !== from.key) return old;
          const next: State<T> = {
            key: old.key,
            items: [...old.items, ...page.items],
            cursor: page.next_cursor,
            total: page.total ?? old.total,
            phase: 'ready',
          };
          remember(next);
          return next;
        }),
      (error: unknown) => setState((old) => (old.key === from.key ? { ...old, phase: 'ready', problem: asProblem(error) } : old)),
    );
  }, []);
  const reload = useCallback(() => setRound((number) => number + 1), []);
  const edit = useCallback((change: (items: T[]) => T[]) => setState((old) => ({ ...old, items: change(old.items) })), []);
  const current = state.key === key;
  return {
    items: current ? state.items : [],
    total: current ? state.total : undefined,
    problem: current ? state.problem : undefined,
    loading: !current || state.phase === 'first',
    loadingMore: state.phase === 'more',
    hasMore: current && state.cursor !== undefined,
    more,
    reload,
    edit,
  };
}

async function loadPages<T>(load: PageLoader<T>, pages: number, signal: AbortSignal) {
  let items: T[] = [];
  let cursor: string | undefined;
  let total: number | undefined;
  for (let page = 0; page < pages; page += 1) {
    const loaded = await load(cursor, { signal });
    items = items.concat(loaded.items);
    cursor = loaded.next_cursor;
    total = loaded.total ?? total;
    if (cursor === undefined) break;
  }
  return { items, cursor, total };
}

/** All items of a list, page after page, at most `most`. */
export async function loadAll<T>(
  load: PageLoader<T>,
  most = 20_000,
  signal?: AbortSignal,
): Promise<{ items: T[]; total: number; complete: boolean }> {
  const items: T[] = [];
  let cursor: string | undefined;
  let total: number | undefined;
  do {
    const page = await load(cursor, signal ? { signal } : {});
    for (const item of page.items) items.push(item);
    cursor = page.next_cursor;
    total = page.total ?? total;
  } while (cursor !== undefined && items.length < most);
  return { items, total: total ?? items.length, complete: cursor === undefined };
}
