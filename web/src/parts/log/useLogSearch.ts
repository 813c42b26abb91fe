import { useEffect, useMemo, useRef, useState } from 'react';
import type { Log } from '../../live/pagedlog';
import { compile, LogSearch } from '../../live/search';
import type { Query } from '../../live/search';

/** A running search in a log. */
export interface SearchState {
  pattern: RegExp | null;
  wrong: string | null;
  rows: number[];
  /** The position of the chosen hit among all, from 0; -1 for none. */
  at: number;
  busy: boolean;
  full: boolean;
  move: (step: number) => void;
}

/** Searches a log; `near` says which row is in view, so that the first hit is close by. */
export function useLogSearch(store: Log, version: number, query: Query, near: () => number): SearchState {
  const [, redraw] = useState(0);
  const [at, setAt] = useState(-1);
  const search = useRef<LogSearch | null>(null);
  const compiled = useMemo(() => (query.text === '' ? null : compile(query)), [query.text, query.regex, query.caseSensitive]);
  const pattern = compiled instanceof RegExp ? compiled : null;
  const nearby = useRef(near);
  nearby.current = near;

  useEffect(() => {
    setAt(-1);
    if (!pattern) {
      search.current = null;
      return undefined;
    }
    let chosen = false;
    const fresh = new LogSearch(store, pattern, () => {
      redraw((number) => number + 1);
      if (chosen || fresh.rows.length === 0) return;
      const from = nearby.current();
      const found = fresh.rows.findIndex((row) => row >= from);
      if (found < 0 && fresh.busy) return;
      chosen = true;
      setAt(Math.max(0, found));
    });
    search.current = fresh;
    const timer = setTimeout(() => void fresh.advance(), 120);
    return () => {
      clearTimeout(timer);
      fresh.stop();
    };
  }, [store, pattern]);

  useEffect(() => {
    if (search.current && search.current.done > 0) void search.current.advance();
  }, [version]);

  const rows = search.current?.rows ?? [];
  const move = (step: number) => {
    if (rows.length > 0) setAt((old) => (old < 0 ? (step > 0 ? 0 : rows.length - 1) : (old + step + rows.length) % rows.length));
  };
  return {
    pattern,
    wrong: typeof compiled === 'string' ? compiled : null,
    rows,
    at,
    busy: search.current?.busy ?? false,
    full: search.current?.isFull ?? false,
    move,
  };
}
