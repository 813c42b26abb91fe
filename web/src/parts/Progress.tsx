import type { BranchCounts } from '../api.gen';
import { count } from '../lib/format';

/** Done, running, failed and total of a run as one bar with numbers. */
export function Progress({ counts, wide = false }: { counts: BranchCounts; wide?: boolean }) {
  const done = counts.total - counts.waiting - counts.running;
  const share = (part: number) => `${counts.total === 0 ? 0 : (part / counts.total) * 100}%`;
  const parts: [string, number][] = [
    ['succeeded', counts.succeeded],
    ['failed', counts.failed],
    ['unclear', counts.unclear],
    ['cancelled', counts.cancelled],
    ['running', counts.running],
  ];
  return (
    <span className={wide ? 'progress progress-wide' : 'progress'}>
      <span
        className="progress-bar"
        role="progressbar"
        aria-label="Targets done"
        aria-valuemin={0}
        aria-valuemax={counts.total}
        aria-valuenow={done}
      >
        {parts.map(([tone, part]) =>
          part > 0 ? <span key={tone} className={`progress-part fill-${tone}`} style={{ width: share(part) }} /> : null,
        )}
      </span>
      <span className="progress-text number">
        {count(done)} / {count(counts.total)}
        {counts.failed > 0 ? <span className="tone-failed">, {count(counts.failed)} failed</span> : null}
      </span>
    </span>
  );
}
