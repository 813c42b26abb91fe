import { api } from '../../lib/api';
import { useResource } from '../../lib/resource';
import { Dialog } from '../../parts/Dialog';
import { Icon } from '../../parts/Icon';
import { Link } from '../../parts/Link';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { EntryView } from './EntryView';

/** An entry beside the list it was opened from. */
export function EntryDrawer({ entry, onClose }: { entry: string; onClose: () => void }) {
  const found = useResource(`audit/${entry}`, (signal) => api.audit.show(entry, { signal }));
  return (
    <Dialog
      title={found.value?.record.action ?? 'Entry'}
      drawer
      wide
      onClose={onClose}
      footer={
        <Link className="button button-plain" to={`/audit/${entry}`}>
          <Icon name="link" />
          Open as a page
        </Link>
      }
    >
      {found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : null}
      {found.value ? <EntryView entry={found.value} /> : found.problem ? null : <Skeleton />}
    </Dialog>
  );
}
