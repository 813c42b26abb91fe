import { useEffect, useMemo, useState } from 'react';
import { useCrumbs } from '../../app/crumbs';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { AuditFormat } from '../../lib/api';
import { auditQuery } from '../../lib/auditquery';
import { download } from '../../lib/download';
import { useResource } from '../../lib/resource';
import { useQuery } from '../../lib/router';
import { Button } from '../../parts/Button';
import { Empty } from '../../parts/Empty';
import { Page } from '../../parts/Page';
import { AuditFilters } from './AuditFilters';
import { AuditHead } from './AuditHead';
import { AuditTable } from './AuditTable';
import { EntryDrawer } from './EntryDrawer';
import { MayNotRead } from './MayNotRead';
import { useAuditPages } from './useAuditPages';

/** Who did what, when and from where: every entry of the audit log. */
export default function Audit() {
  useCrumbs([{ word: 'Audit' }]);
  return useMay('audit.read') ? <Log /> : <MayNotRead />;
}

function Log() {
  const mayExport = useMay('audit.export');
  const [query, setQuery] = useQuery();
  // A span such as the last hour ends when one began to look, or looked again; it does not slide on under the rows.
  const [now, setNow] = useState(() => Date.now());
  const span = query.get('span');
  useEffect(() => setNow(Date.now()), [span]);
  const text = query.toString();
  const conditions = useMemo(() => auditQuery(new URLSearchParams(text), now), [text, now]);
  const isPlain = Object.keys(conditions).length === 0;
  const pages = useAuditPages(conditions);
  const chains = useResource('audit-chains', (signal) => api.audit.chains({ signal }));
  const entry = query.get('entry');
  const save = (format: AuditFormat) => download(api.audit.exportAddress({ ...conditions, format }));
  const exported = isPlain ? 'all entries' : 'the entries that fit';
  return (
    <Page
      title="Audit"
      wide
      detail={<span className="muted">Who did what, when and from where. Entries are never changed or removed.</span>}
      actions={
        <>
          <Button
            icon="again"
            onClick={() => {
              setNow(Date.now());
              pages.reload();
            }}
            data-testid="audit-again"
          >
            Look again
          </Button>
          {mayExport ? (
            <Button
              icon="download"
              title={`Saves ${exported} as JSON Lines${isPlain ? ', from which the chains can be verified' : ''}`}
              onClick={() => save('jsonl')}
              data-testid="audit-export-jsonl"
            >
              JSON Lines
            </Button>
          ) : null}
          {mayExport ? (
            <Button icon="download" title={`Saves ${exported} as a table`} onClick={() => save('csv')} data-testid="audit-export-csv">
              CSV
            </Button>
          ) : null}
        </>
      }
    >
      <AuditHead current="entries" />
      <AuditFilters query={query} onChange={setQuery} seen={pages.items} sources={chains.value?.items.map((one) => one.source) ?? []} />
      <AuditTable
        pages={pages}
        onOpen={(id) => setQuery({ entry: id }, true)}
        empty={
          isPlain ? (
            <Empty icon="ledger" title="Nothing is written yet">
              Every change of a target, job, user or setting, every run, every sign-in and every decision is written here.
            </Empty>
          ) : (
            <Empty icon="search" title="No entry fits">
              Take a condition away, or look over a longer time.
            </Empty>
          )
        }
      />
      {entry ? <EntryDrawer entry={entry} onClose={() => setQuery({ entry: null })} /> : null}
    </Page>
  );
}
