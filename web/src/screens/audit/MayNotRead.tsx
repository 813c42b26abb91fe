import { Empty } from '../../parts/Empty';
import { Page } from '../../parts/Page';

/** What those see who may not read the audit log and came by a link. */
export function MayNotRead() {
  return (
    <Page title="Audit">
      <Empty icon="lock" title="You may not read the audit log">
        Administrators may. Ask one of them, or sign in with another account.
      </Empty>
    </Page>
  );
}
