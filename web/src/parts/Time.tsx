import { useEffect } from 'react';
import { zone } from '../app/preferences';
import { absolute, relative } from '../lib/format';
import { Store, useStore } from '../lib/store';

const clock = new Store(Date.now());
let watchers = 0;
let timer = 0;

/** The present time, renewed every second while somebody looks. */
export function useNow(active = true): number {
  const now = useStore(clock);
  useEffect(() => {
    if (!active) return undefined;
    watchers += 1;
    if (watchers === 1) {
      clock.set(Date.now());
      timer = window.setInterval(() => clock.set(Date.now()), 1000);
    }
    return () => {
      watchers -= 1;
      if (watchers === 0) clearInterval(timer);
    };
  }, [active]);
  return now;
}

/** An instant: how long ago, and the exact time on hover; `exact` shows the time itself. */
export function Time({ at, exact = false }: { at: string | undefined; exact?: boolean }) {
  const now = useNow(!exact);
  const chosen = useStore(zone);
  if (at === undefined) return <span className="muted">never</span>;
  const instant = Date.parse(at);
  const full = absolute(instant, chosen);
  return (
    <time dateTime={at} title={full} className="nowrap">
      {exact ? full : relative(instant, now)}
    </time>
  );
}
