import type { Occurrence, OccurrenceState } from './api';
import { duration } from './format';
import { statusLook } from './status';
import type { StatusLook } from './status';

/** The states in the order of the legend, with their words. */
export const occurrenceWords: Record<OccurrenceState, string> = {
  fired: 'Fired',
  late: 'Late',
  skipped: 'Skipped',
  missed: 'Missed',
  failed_to_start: 'Did not start',
  due: 'Starting',
  waiting: 'Waiting',
  planned: 'Planned',
};

const looks: Record<Exclude<OccurrenceState, 'fired' | 'late'>, StatusLook> = {
  planned: { word: 'Planned', icon: 'clock', tone: 'waiting' },
  due: { word: 'Starting', icon: 'ring', tone: 'running' },
  waiting: { word: 'Waiting for the run before', icon: 'pause', tone: 'waiting' },
  skipped: { word: 'Skipped', icon: 'dash', tone: 'skipped' },
  missed: { word: 'Missed', icon: 'warning', tone: 'unclear' },
  failed_to_start: { word: 'Did not start', icon: 'cross', tone: 'failed' },
};

/** How an occurrence is shown: what became of it, and how its run ended. */
export function occurrenceLook(occurrence: Pick<Occurrence, 'state' | 'outcome' | 'reason'>): StatusLook {
  const { state, outcome } = occurrence;
  // What is to come and has a reason not to is skipped when its time comes.
  if (state === 'planned' && occurrence.reason !== undefined) return { word: 'Will be skipped', icon: 'dash', tone: 'skipped' };
  if (state !== 'fired' && state !== 'late') return looks[state] ?? { word: state, icon: 'clock', tone: 'waiting' };
  const begin = state === 'late' ? 'Late' : 'Fired';
  if (outcome === undefined) return { word: `${begin}, running`, icon: 'ring', tone: 'running' };
  if (outcome === 'succeeded')
    return state === 'late' ? { word: 'Late, succeeded', icon: 'late', tone: 'blocked' } : { word: 'Succeeded', icon: 'tick', tone: 'succeeded' };
  const run = statusLook(outcome);
  return { ...run, word: state === 'late' ? `Late, ${run.word.toLowerCase()}` : run.word };
}

/** How long after its instant something was decided, such as `3.0 s`; empty when that was in time. */
export function lagText(occurrence: Pick<Occurrence, 'at' | 'decided_at' | 'state'>): string {
  if (occurrence.decided_at === undefined) return '';
  const lag = Date.parse(occurrence.decided_at) - Date.parse(occurrence.at);
  return lag < 0 ? '' : duration(lag);
}

const badness = ['failed', 'unclear', 'cancelled', 'blocked', 'running', 'skipped', 'waiting', 'succeeded'];

/** The look that stands for several: the worst of them. */
export function worstLook(occurrences: Occurrence[]): StatusLook {
  const all = occurrences.map(occurrenceLook);
  const rank = (look: StatusLook) => {
    const at = badness.indexOf(look.tone);
    return at < 0 ? badness.length : at;
  };
  return all.reduce((worst, look) => (rank(look) < rank(worst) ? look : worst), all[0] ?? looks.planned);
}

/** What several occurrences came to, as `10 succeeded, 1 missed`. */
export function countWords(occurrences: Occurrence[]): string {
  const counts = new Map<string, number>();
  for (const one of occurrences) {
    const { word } = occurrenceLook(one);
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, number]) => `${number} ${word.toLowerCase()}`).join(', ');
}
