import { useEffect, useState } from 'react';
import { api } from '../../../lib/api';
import type { PreviewSchedule, Problem, SchedulePreview } from '../../../lib/api';
import { asProblem } from '../../../http';

/** What a schedule would do, asked for a moment after the last key. */
export interface Preview {
  value: SchedulePreview | undefined;
  problem: Problem | undefined;
  /** Whether the answer is of something that was typed before. */
  isOld: boolean;
}

/** Asks for the next instants whenever the wish changes; null asks for nothing. */
export function usePreview(wish: PreviewSchedule | null): Preview {
  const key = wish === null ? null : JSON.stringify(wish);
  const [state, setState] = useState<{ key: string | null; value?: SchedulePreview; problem?: Problem }>({ key: null });
  useEffect(() => {
    if (key === null) {
      setState({ key: null });
      return undefined;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      api.schedules.preview(JSON.parse(key) as PreviewSchedule, { signal: abort.signal }).then(
        (value) => {
          if (!abort.signal.aborted) setState({ key, value });
        },
        (error: unknown) => {
          if (!abort.signal.aborted) setState({ key, problem: asProblem(error) });
        },
      );
    }, 250);
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [key]);
  return { value: state.value, problem: state.problem, isOld: state.key !== key };
}
