import { useEffect, useRef, useState } from 'react';
import type { Problem } from './api';
import { asProblem } from '../http';

/** The answer to what is being typed. */
export interface Asked<V> {
  value: V | undefined;
  problem: Problem | undefined;
  /** Whether the answer is of something that was typed before. */
  isOld: boolean;
}

/** Asks the server a moment after the last change of `wish`; null asks for nothing. */
export function useAsked<W, V>(wish: W | null, ask: (wish: W, signal: AbortSignal) => Promise<V>, wait = 250): Asked<V> {
  const key = wish === null ? null : JSON.stringify(wish);
  const [state, setState] = useState<{ key: string | null; value?: V; problem?: Problem }>({ key: null });
  const asker = useRef(ask);
  asker.current = ask;
  useEffect(() => {
    if (key === null) {
      setState({ key: null });
      return undefined;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      asker.current(JSON.parse(key) as W, abort.signal).then(
        (value) => {
          if (!abort.signal.aborted) setState({ key, value });
        },
        (error: unknown) => {
          if (!abort.signal.aborted) setState({ key, problem: asProblem(error) });
        },
      );
    }, wait);
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [key, wait]);
  return { value: state.value, problem: state.problem, isOld: state.key !== key };
}
