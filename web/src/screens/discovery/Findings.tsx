import { useEffect, useState } from 'react';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { DiscoveryRange, Finding, FindingStatus } from '../../lib/api';
import { findingLooks } from '../../lib/discovery';
import { plural } from '../../lib/format';
import { usePages } from '../../lib/pages';
import { useAction } from '../../lib/resource';
import { useQuery } from '../../lib/router';
import { Button } from '../../parts/Button';
import { Empty } from '../../parts/Empty';
import { ProblemNote } from '../../parts/Problem';
import { SearchBox } from '../../parts/SearchBox';
import { Table } from '../../parts/Table';
import { Toggles } from '../../parts/Toggles';
import { FindingDrawer } from './FindingDrawer';
import { findingColumns } from './findingColumns';
import { ImportFindingsDialog } from './ImportFindingsDialog';

const statuses = Object.keys(findingLooks) as FindingStatus[];

/** The hosts that scans found: what each seems to be, whether it is a target, and what is different. */
export function Findings({ ranges, sign }: { ranges: DiscoveryRange[]; sign: string }) {
  const mayImport = useMay('targets.write');
  const mayIgnore = useMay('discovery.run');
  const [query, setQuery] = useQuery();
  const chosenStatuses = statuses.filter((status) => (query.get('status') ?? '').split(',').includes(status));
  const range = query.get('range') ?? '';
  const search = query.get('search') ?? '';
  const ignored = query.get('ignored') === 'yes';
  const filter = {
    ...(chosenStatuses.length > 0 ? { status: chosenStatuses } : {}),
    ...(range ? { range } : {}),
    ...(search ? { search } : {}),
    ...(ignored ? { ignored: true } : {}),
  };
  const key = `findings?${JSON.stringify(filter)}`;
  const pages = usePages<Finding>(key, (cursor, options) => api.discovery.findings({ ...filter, limit: 100, ...(cursor ? { cursor } : {}) }, options));
  const { reload } = pages;
  useEffect(() => reload(), [reload, sign]);
  const [keys, setKeys] = useState<Set<string>>(new Set());
  useEffect(() => setKeys(new Set()), [key]);
  const [opened, setOpened] = useState<Finding | null>(null);
  const [importing, setImporting] = useState<Finding[] | null>(null);
  const chosen = pages.items.filter((finding) => keys.has(finding.id));
  const ignore = useAction(async (findings: Finding[], on: boolean) => {
    await api.discovery.ignore({ findings: findings.map((one) => one.id), ignored: on });
    setKeys(new Set());
    reload();
  });
  const isPlain = Object.keys(filter).length === 0;
  return (
    <>
      <div className="bar">
        <SearchBox value={search} onApply={(text) => setQuery({ search: text })} placeholder="Address, name or kind" />
        <Toggles
          label="Status"
          testId="finding-status"
          chosen={chosenStatuses}
          options={statuses.map((status) => ({ key: status, word: findingLooks[status].word }))}
          onChange={(next) => setQuery({ status: statuses.filter((status) => next.includes(status)).join(',') })}
        />
        <label className="bar-choice">
          <span className="unseen">Range</span>
          <select value={range} onChange={(event) => setQuery({ range: event.target.value })}>
            <option value="">All ranges</option>
            {ranges.map((one) => (
              <option key={one.id} value={one.name}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
        <label className="bar-choice">
          <span className="unseen">Left out</span>
          <select value={ignored ? 'yes' : ''} onChange={(event) => setQuery({ ignored: event.target.value })}>
            <option value="">In review</option>
            <option value="yes">Left out</option>
          </select>
        </label>
      </div>
      {chosen.length > 0 ? (
        <div className="bulkbar" role="region" aria-label="Selected hosts">
          <strong className="number">{plural(chosen.length, 'host')} selected</strong>
          {mayImport ? (
            <Button small kind="primary" icon="plus" onClick={() => setImporting(chosen)} data-testid="findings-import">
              Make targets
            </Button>
          ) : null}
          {mayIgnore ? (
            <Button small busy={ignore.busy} onClick={() => void ignore.run(chosen, !ignored)} data-testid="findings-ignore">
              {ignored ? 'Take in again' : 'Leave out of review'}
            </Button>
          ) : null}
          <Button small kind="quiet" onClick={() => setKeys(new Set())}>
            Clear
          </Button>
        </div>
      ) : null}
      {ignore.problem ? <ProblemNote problem={ignore.problem} /> : null}
      <Table
        label="Found hosts"
        noun="host"
        columns={findingColumns(setOpened)}
        rowKey={(finding) => finding.id}
        rowLabel={(finding) => finding.host.address}
        pages={pages}
        rowTestId="finding-row"
        {...(mayImport || mayIgnore ? { selection: { keys, all: false, change: (next: Set<string>) => setKeys(next) } } : {})}
        empty={
          isPlain ? (
            <Empty icon="search" title="Nothing was found yet">
              Start a scan, and whatever answers is listed here while it goes on.
            </Empty>
          ) : (
            <Empty icon="search" title="No host fits">
              <button
                type="button"
                className="textlink"
                onClick={() => setQuery({ search: null, status: null, range: null, ignored: null })}
              >
                Show all hosts in review
              </button>
            </Empty>
          )
        }
      />
      {opened ? (
        <FindingDrawer
          finding={opened}
          onClose={() => setOpened(null)}
          onImport={mayImport && !opened.target ? () => setImporting([opened]) : undefined}
        />
      ) : null}
      {importing ? (
        <ImportFindingsDialog
          findings={importing}
          onClose={() => setImporting(null)}
          onDone={() => {
            setImporting(null);
            setOpened(null);
            setKeys(new Set());
            reload();
          }}
        />
      ) : null}
    </>
  );
}
