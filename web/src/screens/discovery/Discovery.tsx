import { useEffect, useState } from 'react';
import { useCrumbs } from '../../app/crumbs';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { DiscoveryRange } from '../../lib/api';
import { loadAll } from '../../lib/pages';
import { useResource } from '../../lib/resource';
import { useQuery } from '../../lib/router';
import { Button } from '../../parts/Button';
import { Empty } from '../../parts/Empty';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/Problem';
import { Segments } from '../../parts/Segments';
import { Skeleton } from '../../parts/Skeleton';
import { TargetsHead } from '../targets/TargetsHead';
import { Findings } from './Findings';
import { RangeDialog } from './RangeDialog';
import { Ranges } from './Ranges';
import { RunningScans } from './RunningScans';
import { Scans } from './Scans';
import { StartScanDialog } from './StartScanDialog';

type View = 'found' | 'ranges' | 'scans';
const views: [View, string][] = [
  ['found', 'Found hosts'],
  ['ranges', 'Ranges'],
  ['scans', 'Scans'],
];

/** What is on the network: ranges that may be scanned, what scans found, and the way to make targets of it. */
export default function Discovery() {
  useCrumbs([{ word: 'Targets', to: '/targets' }, { word: 'Discovery' }]);
  const mayScan = useMay('discovery.run');
  const mayRanges = useMay('discovery.ranges');
  const [query, setQuery] = useQuery();
  const view = views.find(([key]) => key === query.get('view'))?.[0] ?? 'found';
  const ranges = useResource('discovery-ranges', (signal) =>
    loadAll<DiscoveryRange>((cursor, options) => api.discovery.ranges({ limit: 200, ...(cursor ? { cursor } : {}) }, options), 1000, signal),
  );
  const scans = useResource('discovery-running', (signal) => api.discovery.scans({ limit: 20 }, { signal }));
  const running = (scans.value?.items ?? []).filter((scan) => scan.state === 'running');
  const isRunning = running.length > 0;
  const { reload: reloadScans } = scans;
  const { reload: reloadRanges } = ranges;
  useEffect(() => {
    const timer = setInterval(
      () => {
        if (!document.hidden) reloadScans();
      },
      isRunning ? 1_000 : 20_000,
    );
    return () => clearInterval(timer);
  }, [isRunning, reloadScans]);
  // What a scan found so far belongs into the lists when it moves on and when it ends.
  const sign = (scans.value?.items ?? []).map((scan) => `${scan.id}${scan.state}${scan.found}`).join();
  useEffect(() => reloadRanges(), [sign, reloadRanges]);
  const [starting, setStarting] = useState<DiscoveryRange | null>(null);
  const [changing, setChanging] = useState<{ range: DiscoveryRange | null } | null>(null);
  const started = () => {
    setStarting(null);
    reloadScans();
  };
  const all = ranges.value?.items;
  const add = mayRanges ? (
    <Button kind={all?.length === 0 ? 'primary' : 'plain'} icon="plus" onClick={() => setChanging({ range: null })} data-testid="range-add">
      Allow a range
    </Button>
  ) : null;
  return (
    <Page
      title="Discovery"
      wide
      actions={
        <>
          {add}
          {mayScan && all && all.length > 0 ? (
            <Button kind="primary" icon="search" onClick={() => setStarting(all[0] ?? null)} data-testid="scan-start">
              Start a scan
            </Button>
          ) : null}
        </>
      }
    >
      <TargetsHead current="discovery" />
      {ranges.problem ? <ProblemNote problem={ranges.problem} retry={ranges.reload} /> : null}
      {!all && !ranges.problem ? <Skeleton /> : null}
      {all?.length === 0 ? (
        <Empty icon="search" title="Nothing may be scanned yet" action={add}>
          A scan looks at all addresses of a range, which an administrator allows first. It says what answers there and what it seems to be;
          what you choose becomes targets.
        </Empty>
      ) : null}
      {all && all.length > 0 ? (
        <>
          <RunningScans scans={running} mayCancel={mayScan} onChanged={reloadScans} />
          <Segments label="View" value={view} options={views} onChange={(next) => setQuery({ view: next === 'found' ? null : next })} testId="discovery" />
          {view === 'found' ? <Findings ranges={all} sign={sign} /> : null}
          {view === 'ranges' ? (
            <Ranges
              ranges={all}
              mayScan={mayScan}
              mayChange={mayRanges}
              onScan={setStarting}
              onChange={(range) => setChanging({ range })}
              onDeleted={reloadRanges}
            />
          ) : null}
          {view === 'scans' ? <Scans sign={sign} /> : null}
        </>
      ) : null}
      {starting ? <StartScanDialog ranges={all ?? []} first={starting} onClose={() => setStarting(null)} onStarted={started} /> : null}
      {changing ? (
        <RangeDialog
          range={changing.range}
          onClose={() => setChanging(null)}
          onSaved={() => {
            setChanging(null);
            reloadRanges();
          }}
        />
      ) : null}
    </Page>
  );
}
