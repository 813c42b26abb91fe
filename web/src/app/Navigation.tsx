import { usePath } from '../lib/router';
import { useStore } from '../lib/store';
import { Icon } from '../parts/Icon';
import { Link } from '../parts/Link';
import { navigation } from './preferences';
import { useAlertCount } from './alerts';
import { useApprovalCount } from './approvals';
import { MorePlaces } from './MorePlaces';
import { NavCount } from './NavCount';
import type { Place } from './places';
import { useMay } from './session';

/** The places of the app in the order of work; a bar at the bottom on narrow screens. */
export function Navigation() {
  const path = usePath();
  const width = useStore(navigation);
  const mayRun = useMay('commands.run');
  const mayAudit = useMay('audit.read');
  const mayNotices = useMay('notifications.read');
  const toDecide = useApprovalCount();
  const alerts = useAlertCount();
  const places: Place[] = [
    { to: '/', word: 'Overview', icon: 'overview' },
    { to: '/targets', word: 'Targets', icon: 'target', also: ['/groups', '/credentials'] },
    { to: '/jobs', word: 'Jobs', icon: 'job' },
    ...(mayRun ? [{ to: '/command', word: 'Command', icon: 'command', second: true } as Place] : []),
    { to: '/runs', word: 'Runs', icon: 'run', also: ['/output', '/queue'] },
    { to: '/schedules', word: 'Schedules', icon: 'calendar', second: true },
    { to: '/approvals', word: 'Approvals', icon: 'hand', ...(toDecide ? { count: { number: toDecide, words: 'to decide' } } : {}) },
    ...(mayNotices
      ? [{ to: '/notifications', word: 'Notifications', icon: 'bell', second: true, ...(alerts ? { count: { number: alerts, words: alerts === '1' ? 'open alert' : 'open alerts', isAlert: true } } : {}) } as Place]
      : []),
    ...(mayAudit ? [{ to: '/audit', word: 'Audit', icon: 'ledger', second: true } as Place] : []),
    { to: '/settings/sessions', word: 'Settings', icon: 'settings', also: ['/settings'], second: true },
  ];
  const isHere = (place: Place) =>
    place.to === '/' ? path === '/' : [place.to, ...(place.also ?? [])].some((start) => path === start || path.startsWith(start + '/'));
  return (
    <nav className={width === 'narrow' ? 'nav nav-narrow' : 'nav'} aria-label="Main">
      <Link to="/" className="nav-brand" aria-label="OpsConductor, overview">
        <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="7" className="brand-ground" />
          <path
            className="brand-lines"
            d="M13.4 16h3.2M16.6 16l5.6-6M16.6 16h5.6M16.6 16l5.6 6M10 12.6a3.4 3.4 0 1 1 0 6.8 3.4 3.4 0 0 1 0-6.8z"
          />
        </svg>
        <span className="nav-word">OpsConductor</span>
      </Link>
      {places.map((place) => (
        <Link
          key={place.to}
          to={place.to}
          className={place.second ? 'nav-place nav-second' : 'nav-place'}
          aria-current={isHere(place) ? 'page' : undefined}
          title={width === 'narrow' ? place.word : undefined}
        >
          <Icon name={place.icon} size={18} />
          <span className="nav-word">{place.word}</span>
          {place.count ? (
            <NavCount count={place.count} />
          ) : null}
        </Link>
      ))}
      <MorePlaces places={places.filter((place) => place.second)} isHere={isHere} />
      <button
        type="button"
        className="nav-fold"
        aria-label={width === 'wide' ? 'Show icons only' : 'Show words'}
        onClick={() => navigation.set(width === 'wide' ? 'narrow' : 'wide')}
      >
        <Icon name={width === 'wide' ? 'left' : 'right'} />
      </button>
    </nav>
  );
}
