import { useStore } from '../lib/store';
import { Icon } from '../parts/Icon';
import { Keys } from '../parts/Keys';
import { Link } from '../parts/Link';
import { crumbs } from './crumbs';
import { LiveState } from './LiveState';
import { overlay } from './shortcuts';
import { UserMenu } from './UserMenu';

/** Where we are, search, the live connection, and the account. */
export function TopBar() {
  const way = useStore(crumbs);
  return (
    <div className="topbar">
      <nav aria-label="Breadcrumbs" className="crumbs">
        <ol>
          {way.map((crumb, at) => (
            <li key={at}>
              {crumb.to !== undefined && at < way.length - 1 ? (
                <Link to={crumb.to}>{crumb.word}</Link>
              ) : (
                <span aria-current={at === way.length - 1 ? 'page' : undefined}>{crumb.word}</span>
              )}
            </li>
          ))}
        </ol>
      </nav>
      <button
        type="button"
        className="topbar-search"
        aria-label="Search and go anywhere"
        onClick={() => overlay.set('palette')}
        data-testid="open-palette"
      >
        <Icon name="search" />
        <span className="topbar-words">Search</span>
        <Keys keys="Ctrl K" />
      </button>
      <LiveState />
      <UserMenu />
    </div>
  );
}
