import { api } from '../../lib/api';
import type { DiscoveryScan } from '../../lib/api';
import { scanWords } from '../../lib/discovery';
import { count } from '../../lib/format';
import { useAction } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Duration } from '../../parts/Duration';
import { Icon } from '../../parts/Icon';
import { ProblemNote } from '../../parts/Problem';

/** The scans that go on, with how far they are. */
export function RunningScans({ scans, mayCancel, onChanged }: { scans: DiscoveryScan[]; mayCancel: boolean; onChanged: () => void }) {
  const cancel = useAction(async (scan: DiscoveryScan) => {
    await api.discovery.cancel(scan.id);
    onChanged();
  });
  if (scans.length === 0) return null;
  return (
    <div className="scans" role="region" aria-label="Scans that go on">
      {cancel.problem ? <ProblemNote problem={cancel.problem} /> : null}
      {scans.map((scan) => {
        const share = scan.hosts_total === 0 ? 0 : (scan.hosts_done / scan.hosts_total) * 100;
        return (
          <div key={scan.id} className="scan" data-testid="scan-running">
            <span className="status tone-running">
              <Icon name="ring" turning size={14} />
              {scan.range_name}
            </span>
            <code>{scan.cidr}</code>
            <span
              className="progress-bar scan-bar"
              role="progressbar"
              aria-label={`Scan of ${scan.range_name}`}
              aria-valuemin={0}
              aria-valuemax={scan.hosts_total}
              aria-valuenow={scan.hosts_done}
            >
              <span className="progress-part fill-running" style={{ width: `${share}%` }} />
            </span>
            <span className="number nowrap">
              {count(scan.hosts_done)} of {count(scan.hosts_total)}
            </span>
            <span className="muted">{scanWords(scan)}</span>
            <Duration from={scan.started_at} to={undefined} />
            {mayCancel ? (
              <Button small icon="stop" busy={cancel.busy} onClick={() => void cancel.run(scan)}>
                End it
              </Button>
            ) : null}
            {scan.cause ? <span className="scan-cause muted">{scan.cause}</span> : null}
          </div>
        );
      })}
    </div>
  );
}
