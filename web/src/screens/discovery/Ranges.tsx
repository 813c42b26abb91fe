import { useState } from 'react';
import { api } from '../../lib/api';
import type { DiscoveryRange } from '../../lib/api';
import { count, plural } from '../../lib/format';
import { useAction } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Confirm } from '../../parts/Confirm';
import { Time } from '../../parts/Time';

/** The ranges that may be scanned. */
export function Ranges({
  ranges,
  mayScan,
  mayChange,
  onScan,
  onChange,
  onDeleted,
}: {
  ranges: DiscoveryRange[];
  mayScan: boolean;
  mayChange: boolean;
  onScan: (range: DiscoveryRange) => void;
  onChange: (range: DiscoveryRange) => void;
  onDeleted: () => void;
}) {
  const [leaving, setLeaving] = useState<DiscoveryRange | null>(null);
  const remove = useAction(async (range: DiscoveryRange) => {
    await api.discovery.deleteRange(range.id);
    setLeaving(null);
    onDeleted();
  });
  return (
    <>
      <ul className="ranges" aria-label="Ranges">
        {ranges.map((range) => (
          <li key={range.id} className="panel" data-testid="range" data-row>
            <div className="policy-head">
              <strong>{range.name}</strong>
              <code>{range.cidr}</code>
              <span className="policy-tools">
                {mayScan ? (
                  <Button small icon="search" onClick={() => onScan(range)}>
                    Scan
                  </Button>
                ) : null}
                {mayChange ? <Button small kind="quiet" icon="edit" aria-label={`Change ${range.name}`} onClick={() => onChange(range)} /> : null}
                {mayChange ? <Button small kind="quiet" icon="trash" aria-label={`Delete ${range.name}`} onClick={() => setLeaving(range)} /> : null}
              </span>
            </div>
            {range.description ? <p className="muted">{range.description}</p> : null}
            <p>
              {plural(range.addresses, 'address', 'addresses')}
              {range.exclude.length > 0 ? ` without ${range.exclude.join(', ')}` : ''}, <strong>{plural(range.hosts, 'host')}</strong> known.
            </p>
            <p className="muted">
              Last scan <Time at={range.scanned_at} />
              {range.next_scan_at ? (
                <>
                  , next <Time at={range.next_scan_at} />
                </>
              ) : (
                ', none by itself'
              )}
              . Ports {range.ports.slice(0, 12).join(', ')}
              {range.ports.length > 12 ? ` and ${range.ports.length - 12} more` : ''}; at most {count(range.rate_per_second)} packets in a second.
            </p>
          </li>
        ))}
      </ul>
      {leaving ? (
        <Confirm
          title={`Delete the range ${leaving.name}?`}
          action="Delete the range"
          busy={remove.busy}
          problem={remove.problem}
          onConfirm={() => void remove.run(leaving)}
          onClose={() => setLeaving(null)}
        >
          <p>
            It may not be scanned any more, and the {plural(leaving.hosts, 'host')} found in it {leaving.hosts === 1 ? 'goes' : 'go'} away. Targets
            that were made of them stay.
          </p>
        </Confirm>
      ) : null}
    </>
  );
}
