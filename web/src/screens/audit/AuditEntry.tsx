import { useCrumbs } from '../../app/crumbs';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import { useResource } from '../../lib/resource';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { EntryView } from './EntryView';
import { MayNotRead } from './MayNotRead';

/** One entry on a page of its own, for a link to it. */
export default function AuditEntry({ entry = '' }: { entry?: string }) {
  return useMay('audit.read') ? <Entry entry={entry} /> : <MayNotRead />;
}

function Entry({ entry }: { entry: string }) {
  const found = useResource(`audit/${entry}`, (signal) => api.audit.show(entry, { signal }));
  const record = found.value?.record;
  useCrumbs([{ word: 'Audit', to: '/audit' }, { word: record ? `${record.source} ${record.number}` : entry }]);
  if (!found.value)
    return <div className="page">{found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : <Skeleton />}</div>;
  return (
    <Page title={found.value.record.action}>
      <EntryView entry={found.value} />
    </Page>
  );
}
