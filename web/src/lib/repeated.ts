import { useEffect } from 'react';
import { live } from '../live/connection';

/** Calls `work` when any run changes, at most every `wait` milliseconds, and every half minute while the page is in view. */
export function useRunChanges(work: () => void, wait: number): void {
  useEffect(() => {
    let timer = 0;
    let last = Date.now();
    const go = () => {
      timer = 0;
      last = Date.now();
      work();
    };
    const leave = live.watch(() => {
      if (timer === 0) timer = window.setTimeout(go, Math.max(100, last + wait - Date.now()));
    });
    const regular = window.setInterval(() => {
      if (!document.hidden && timer === 0) go();
    }, 30_000);
    return () => {
      leave();
      clearTimeout(timer);
      clearInterval(regular);
    };
  }, [work, wait]);
}
