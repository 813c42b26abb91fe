import type { MissedRuns, OverlapPolicy, RepeatedHours, SkippedHours } from './api';

/** What happens at times that are left out. */
export const skippedWords: Record<SkippedHours, string> = {
  shift: 'a time that is left out runs right after the gap',
  skip: 'a time that is left out does not run',
};

/** What happens at times that come twice. */
export const repeatedWords: Record<RepeatedHours, string> = {
  first: 'a time that comes twice runs the first time',
  second: 'a time that comes twice runs the second time',
  both: 'a time that comes twice runs both times',
};

/** What happens while the last run goes on. */
export const overlapWords: Record<OverlapPolicy, string> = {
  allow: 'start the next beside it',
  skip: 'skip the next',
  queue: 'start the next when it has ended',
};

/** What happens to instants that nobody was there for. */
export function missedWords(missed: MissedRuns | undefined): string {
  const grace = missed?.grace_seconds ?? 60;
  const late = grace === 0 ? '' : `; up to ${grace} s late counts as in time`;
  if (missed?.policy === 'once') return `the newest is made up for${late}`;
  if (missed?.policy === 'all') return `up to ${missed.most ?? 10} are made up for${late}`;
  return `are not made up for${late}`;
}
