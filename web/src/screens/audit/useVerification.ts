import { useCallback, useEffect, useRef, useState } from 'react';
import { asProblem } from '../../http';
import { api } from '../../lib/api';
import type { AuditHead, Problem } from '../../lib/api';
import { hear, notHeardOf } from '../../lib/verification';
import type { Verification } from '../../lib/verification';

/** A verification that runs while its page is open. */
export interface Verifying {
  phase: 'idle' | 'running' | 'done' | 'stopped';
  found: Verification;
  problem: Problem | undefined;
  start: (heads: AuditHead[]) => void;
  stop: () => void;
}

/** Checks every entry and tells how far it is. Leaving the page ends it. */
export function useVerification(): Verifying {
  const [phase, setPhase] = useState<Verifying['phase']>('idle');
  const [found, setFound] = useState<Verification>(notHeardOf);
  const [problem, setProblem] = useState<Problem>();
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const start = useCallback((heads: AuditHead[]) => {
    abort.current?.abort();
    const mine = new AbortController();
    abort.current = mine;
    setPhase('running');
    setProblem(undefined);
    setFound(notHeardOf);
    let last = notHeardOf;
    api.audit
      .verify(heads.length > 0 ? { heads } : {}, { signal: mine.signal }, (line) => {
        last = hear(last, line);
        if (!mine.signal.aborted) setFound(last);
      })
      .then(
        () => {
          if (mine.signal.aborted) return;
          setPhase(last.isDone ? 'done' : 'stopped');
          if (!last.isDone) setProblem(asProblem(new Error('The server ended the verification before all entries were looked at. Verify again.')));
        },
        (error: unknown) => {
          if (mine.signal.aborted) return;
          setPhase('stopped');
          setProblem(asProblem(error));
        },
      );
  }, []);
  const stop = useCallback(() => {
    abort.current?.abort();
    setPhase('stopped');
  }, []);
  return { phase, found, problem, start, stop };
}
