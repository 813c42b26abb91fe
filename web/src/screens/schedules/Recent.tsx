import { useEffect, useRef, useState } from 'react';
import { api } from '../../lib/api';
import type { Occurrence, Schedule } from '../../lib/api';
import { countWords, occurrenceLook } from '../../lib/occurrences';
import { useResource } from '../../lib/resource';
import { zonedText } from '../../lib/zones';

const most = 16;

/** What became of the latest instants as small bars, the oldest first; asked for when it comes into view. */
export function Recent({ schedule }: { schedule: Schedule }) {
  const box = useRef<HTMLSpanElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element || seen) return undefined;
    const watcher = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) setSeen(true);
    });
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [seen]);
  const { last } = schedule;
  // A new last entry, or another state of it, means that the bars are old.
  const key = seen && last ? `recent/${schedule.id}/${last.at}/${last.state}/${last.outcome ?? ''}` : null;
  const found = useResource(key, (signal) => api.schedules.occurrences({ schedule: schedule.id, limit: most }, { signal }));
  const items = [...(found.value?.items ?? [])].reverse();
  return (
    <span ref={box} className="recent-box">
      {last === undefined ? <span className="muted">nothing yet</span> : items.length > 0 ? <Bars occurrences={items} zone={schedule.definition.timing.zone ?? 'UTC'} /> : null}
    </span>
  );
}

/** Occurrences as bars: colour and height say how each came out. */
export function Bars({ occurrences, zone }: { occurrences: Occurrence[]; zone: string }) {
  return (
    <span className="recent" role="img" aria-label={`Last ${occurrences.length}: ${countWords(occurrences)}`}>
      {occurrences.map((occurrence) => {
        const look = occurrenceLook(occurrence);
        return (
          <span
            key={occurrence.at}
            className={`recent-bar recent-${look.tone}`}
            title={`${zonedText(zone, Date.parse(occurrence.at))}: ${look.word}${occurrence.reason ? `. ${occurrence.reason}` : ''}`}
          />
        );
      })}
    </span>
  );
}
