import type { Occurrence } from '../../lib/api';
import { occurrenceLook } from '../../lib/occurrences';
import { Icon } from '../../parts/Icon';

/** What became of an occurrence as icon and word in its colour. */
export function OccurrenceWord({ occurrence }: { occurrence: Occurrence }) {
  const look = occurrenceLook(occurrence);
  return (
    <span className={`status tone-${look.tone}`} data-state={occurrence.state}>
      <Icon name={look.icon} size={14} turning={look.icon === 'ring'} />
      {look.word}
    </span>
  );
}
