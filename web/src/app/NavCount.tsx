import type { Place } from './places';

/** A number at a place, with what it counts for those who only hear it. */
export function NavCount({ count, testId = count.isAlert ? 'nav-alerts' : 'nav-count' }: { count: NonNullable<Place['count']>; testId?: string }) {
  return (
    <span className={count.isAlert ? 'nav-count nav-count-alert number' : 'nav-count number'} data-testid={testId}>
      {count.number}
      <span className="unseen"> {count.words}</span>
    </span>
  );
}
