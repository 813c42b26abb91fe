import { useCallback, useEffect, useRef, useState } from 'react';
import type { Target } from '../../lib/api';
import { api } from '../../lib/api';
import { asProblem } from '../../http';
import type { TestState } from './columns';

/** Tests many targets, some at a time; results appear as they come. */
export interface BulkTest {
  states: Map<string, TestState>;
  running: boolean;
  done: number;
  failed: number;
  start: (targets: Target[]) => void;
  stop: () => void;
  clear: () => void;
}

const atOnce = 6;

/** The bulk test of the screen in view; leaving it ends the test. */
export function useBulkTest(): BulkTest {
  const [states, setStates] = useState<Map<string, TestState>>(new Map());
  const [running, setRunning] = useState(false);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const start = useCallback((targets: Target[]) => {
    abort.current?.abort();
    const control = new AbortController();
    abort.current = control;
    setStates(new Map(targets.map((target) => [target.id, { phase: 'queued' }])));
    setRunning(true);
    const set = (id: string, state: TestState) => {
      if (!control.signal.aborted) setStates((old) => new Map(old).set(id, state));
    };
    const queue = [...targets];
    const worker = async () => {
      for (let target = queue.shift(); target && !control.signal.aborted; target = queue.shift()) {
        set(target.id, { phase: 'running' });
        try {
          set(target.id, { phase: 'done', test: await api.targets.test(target.id, {}, { signal: control.signal }) });
        } catch (error) {
          set(target.id, { phase: 'broken', why: asProblem(error).detail });
        }
      }
    };
    void Promise.all(Array.from({ length: atOnce }, worker)).then(() => {
      if (!control.signal.aborted) setRunning(false);
    });
  }, []);
  const stop = useCallback(() => {
    abort.current?.abort();
    setRunning(false);
    setStates((old) => new Map([...old].filter(([, state]) => state.phase === 'done' || state.phase === 'broken')));
  }, []);
  const clear = useCallback(() => {
    abort.current?.abort();
    setRunning(false);
    setStates(new Map());
  }, []);
  let done = 0;
  let failed = 0;
  for (const state of states.values()) {
    if (state.phase === 'done' || state.phase === 'broken') done += 1;
    if (state.phase === 'broken' || (state.phase === 'done' && !state.test.succeeded)) failed += 1;
  }
  return { states, running, done, failed, start, stop, clear };
}
