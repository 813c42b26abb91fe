/** A number at a place, with what it counts for those who only hear it. */
export function NavCount({ count }: { count: [string, string] }) {
  const isAlert = count[1] === 'open alerts';
  return (
    <span className={isAlert ? 'nav-count nav-count-alert number' : 'nav-count number'} data-testid={isAlert ? 'nav-alerts' : 'nav-count'}>
      {count[0]}
      <span className="unseen"> {count[1]}</span>
    </span>
  );
}
