import { useCrumbs } from '../app/crumbs';
import { Empty } from '../parts/Empty';
import { Link } from '../parts/Link';
import { Page } from '../parts/Page';

/** An address that leads nowhere. */
export function NotFound() {
  useCrumbs([{ word: 'Not found' }]);
  return (
    <Page title="Not found">
      <Empty
        icon="search"
        title="There is no page at this address"
        action={
          <Link className="button button-primary" to="/">
            Go to the overview
          </Link>
        }
      >
        It may have been moved, or the address was typed wrong.
      </Empty>
    </Page>
  );
}
