import { duration } from '../../lib/format';
import { sumWords } from '../../lib/health';
import type { HealthSlot } from '../../lib/health';
import { zone } from '../../app/preferences';
import { absolute } from '../../lib/format';
import { useStore } from '../../lib/store';

/** How long checks took, slot by slot; the share that failed is red and hangs from the top. */
export function HealthChart({ slots, label }: { slots: HealthSlot[]; label: string }) {
  const chosen = useStore(zone);
  const most = Math.max(1, ...slots.map((slot) => slot.average ?? 0));
  const [first] = slots;
  const last = slots[slots.length - 1];
  return (
    <figure className="healthchart">
      <div className="healthchart-box" role="img" aria-label={label}>
        <span className="healthchart-most muted number">{duration(most)}</span>
        <div className="healthchart-bars">
          {slots.map((slot) => (
            <span key={slot.from} className="healthchart-slot" title={`${absolute(slot.from, chosen)}: ${sumWords(slot)}`}>
              {slot.failures > 0 ? (
                <span className="healthchart-bad" style={{ height: `${Math.max(6, (slot.failures / slot.checks) * 100)}%` }} />
              ) : null}
              {slot.average !== undefined ? (
                <span className="healthchart-time" style={{ height: `${Math.max(3, (slot.average / most) * 100)}%` }} />
              ) : null}
              {slot.checks === 0 ? <span className="healthchart-none" /> : null}
            </span>
          ))}
        </div>
      </div>
      <figcaption className="muted number">
        <span>{first ? absolute(first.from, chosen).slice(0, 16) : ''}</span>
        <span>{last ? absolute(last.to, chosen).slice(0, 16) : ''}</span>
      </figcaption>
    </figure>
  );
}
