import type { HealthHour } from '../../lib/api';
import { shareText, slotsOf, sumHours, sumWords } from '../../lib/health';

const hours = 24;

/** The last 24 hours as bars: full when every check succeeded, red as far as they failed, empty when there was none. */
export function HealthSpark({ recent, now }: { recent: HealthHour[]; now: number }) {
  const slots = slotsOf(recent, now, hours, 1);
  const sum = sumHours(recent);
  return (
    <span className="spark" role="img" aria-label={`Last 24 hours: ${sumWords(sum)}`} title={`Last 24 hours: ${shareText(sum.share)}, ${sumWords(sum)}`}>
      {slots.map((slot) => (
        <span key={slot.from} className={slot.checks === 0 ? 'spark-hour spark-none' : 'spark-hour'}>
          {slot.failures > 0 ? <span className="spark-bad" style={{ height: `${Math.max(18, (slot.failures / slot.checks) * 100)}%` }} /> : null}
        </span>
      ))}
    </span>
  );
}
