import type { Occurrence } from '../../lib/api';
import { occurrenceLook } from '../../lib/occurrences';
import { LookWord } from '../../parts/LookWord';

/** What became of an occurrence as icon and word in its colour. */
export function OccurrenceWord({ occurrence }: { occurrence: Occurrence }) {
  return <LookWord look={occurrenceLook(occurrence)} state={occurrence.state} />;
}
