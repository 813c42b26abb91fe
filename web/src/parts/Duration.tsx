import { between, duration } from '../lib/format';
import { useNow } from './Time';

/** The time between two instants; it goes on while there is no end. */
export function Duration({ from, to }: { from: string | undefined; to: string | undefined }) {
  const now = useNow(from !== undefined && to === undefined);
  const milliseconds = between(from, to, now);
  if (milliseconds === undefined) return <span className="muted">–</span>;
  return <span className="number nowrap">{duration(to === undefined ? Math.floor(milliseconds / 1000) * 1000 : milliseconds)}</span>;
}
