import { auditAddress } from '../../lib/auditquery';
import { useQuery } from '../../lib/router';
import { Empty } from '../../parts/Empty';
import { Icon } from '../../parts/Icon';
import { Link } from '../../parts/Link';
import { AuditTable } from './AuditTable';
import { EntryDrawer } from './EntryDrawer';
import { useAuditPages } from './useAuditPages';

/** What the audit log says of one object, on its own page. */
export default function ObjectHistory({ kind, id }: { kind: string; id: string }) {
  const [query, setQuery] = useQuery();
  const pages = useAuditPages({ kind, object: id });
  const entry = query.get('entry');
  return (
    <>
      <div className="bar bar-end">
        <Link className="button button-plain" to={auditAddress({ kind, object: id })} data-testid="history-audit">
          <Icon name="ledger" />
          Open in the audit log
        </Link>
      </div>
      <AuditTable
        pages={pages}
        isOfOne
        onOpen={(next) => setQuery({ entry: next }, true)}
        empty={
          <Empty icon="history" title="No history yet">
            What is done to this {kind === 'execution' ? 'run' : kind} from now on is listed here.
          </Empty>
        }
      />
      {entry ? <EntryDrawer entry={entry} onClose={() => setQuery({ entry: null })} /> : null}
    </>
  );
}
