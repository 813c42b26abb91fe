import { useCallback, useEffect, useRef, useState } from 'react';
import type { Problem } from '../api.gen';
import { asProblem } from '../http';

/** Something that was asked of the server. */
export interface Resource<T> {
  value: T | undefined;
  problem: Problem | undefined;
  loading: boolean;
  reload: () => void;
  /** Puts a newer value in place, such as the answer to a change. */
  replace: (value: T) => void;
}

/** Loads once for each `key`; a null key loads nothing. The last value stays in view while it loads again. */
export function useResource<T>(key: string | null, load: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const [state, setState] = useState<{ key: string | null; value?: T; problem?: Problem; loading: boolean }>({
    key,
    loading: key !== null,
  });
  const [round, setRound] = useState(0);
  const loader = useRef(load);
  loader.current = load;
  useEffect(() => {
    if (key === null) return undefined;
    const abort = new AbortController();
    setState((old) => (old.key === key && old.value !== undefined ? { key, value: old.value, loading: true } : { key, loading: true }));
    loader.current(abort.signal).then(
      (value) => {
        if (!abort.signal.aborted) setState({ key, value, loading: false });
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        setState((old) => ({ ...old, key, problem: asProblem(error), loading: false }));
      },
    );
    return () => abort.abort();
  }, [key, round]);
  const reload = useCallback(() => setRound((number) => number + 1), []);
  const replace = useCallback((value: T) => setState((old) => ({ key: old.key, value, loading: false })), []);
  const current = state.key === key;
  return {
    value: current ? state.value : undefined,
    problem: current ? state.problem : undefined,
    loading: current ? state.loading : key !== null,
    reload,
    replace,
  };
}

/** A change that is on its way: runs one at a time and keeps the problem of the last one. */
export interface Action<A extends unknown[], R> {
  run: (...input: A) => Promise<R | undefined>;
  busy: boolean;
  problem: Problem | undefined;
  clear: () => void;
}

/** Wraps a change; `run` answers undefined when it failed, and `problem` says why. */
export function useAction<A extends unknown[], R>(work: (...input: A) => Promise<R>): Action<A, R> {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const current = useRef(work);
  current.current = work;
  const running = useRef(false);
  const run = useCallback(async (...input: A): Promise<R | undefined> => {
    if (running.current) return undefined;
    running.current = true;
    setBusy(true);
    setProblem(undefined);
    try {
      return await current.current(...input);
    } catch (error) {
      setProblem(asProblem(error));
      return undefined;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  const clear = useCallback(() => setProblem(undefined), []);
  return { run, busy, problem, clear };
}
