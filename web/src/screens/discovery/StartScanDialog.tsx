import { useState } from 'react';
import type { FormEvent } from 'react';
import { api } from '../../lib/api';
import type { DiscoveryRange, StartDiscoveryScan } from '../../lib/api';
import { plural } from '../../lib/format';
import { useAction } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Dialog } from '../../parts/Dialog';
import { Field } from '../../parts/Field';
import { ProblemNote } from '../../parts/Problem';

/** Starts a scan of a range or of a part of it. */
export function StartScanDialog({
  ranges,
  first,
  onClose,
  onStarted,
}: {
  ranges: DiscoveryRange[];
  first: DiscoveryRange;
  onClose: () => void;
  onStarted: () => void;
}) {
  const [id, setId] = useState(first.id);
  const [cidr, setCidr] = useState('');
  const range = ranges.find((one) => one.id === id) ?? first;
  const start = useAction(async () => {
    const body: StartDiscoveryScan = { range: range.id };
    if (cidr.trim() !== '') body.cidr = cidr.trim();
    await api.discovery.start(body);
    onStarted();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void start.run();
  };
  return (
    <Dialog
      title="Start a scan"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button kind="primary" type="submit" form="scan-form" icon="search" busy={start.busy} data-testid="scan-confirm">
            {cidr.trim() === '' ? `Look at ${plural(range.addresses, 'address', 'addresses')}` : 'Look at these addresses'}
          </Button>
        </>
      }
    >
      <form id="scan-form" className="form" onSubmit={submit}>
        <Field label="Range" problem={start.problem} pointer="#/range">
          <select value={id} onChange={(event) => setId(event.target.value)} data-testid="scan-range">
            {ranges.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name} ({one.cidr})
              </option>
            ))}
          </select>
        </Field>
        <Field label="Only these addresses" optional hint={`A part of ${range.cidr}.`} problem={start.problem} pointer="#/cidr">
          <input type="text" className="mono" spellCheck={false} value={cidr} data-testid="scan-cidr" onChange={(event) => setCidr(event.target.value)} />
        </Field>
        <p className="muted">
          It asks each address for an echo and tries {plural(range.ports.length, 'port')}. It logs in nowhere. At most {range.rate_per_second} packets
          are sent in a second.
        </p>
        {start.problem ? <ProblemNote problem={start.problem} showPlaces={false} /> : null}
      </form>
    </Dialog>
  );
}
