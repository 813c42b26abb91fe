import { useEffect, useState } from 'react';
import type { AuditChain, AuditFault, AuditHead } from '../../lib/api';
import { auditAddress } from '../../lib/auditquery';
import { count, plural } from '../../lib/format';
import { readHeads } from '../../lib/heads';
import { faultWords, verdict } from '../../lib/verification';
import { Button } from '../../parts/Button';
import { CodeArea } from '../../parts/CodeArea';
import { Field } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Link } from '../../parts/Link';
import { Panel } from '../../parts/Panel';
import { ProblemNote } from '../../parts/Problem';
import { useVerification } from './useVerification';

/** Checks all chains now, also against heads that somebody kept elsewhere, and says what came of it. */
export function Verify({ chains, onDone }: { chains: AuditChain[]; onDone: () => void }) {
  const verifying = useVerification();
  const [kept, setKept] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [mistake, setMistake] = useState<string>();
  const { phase, found } = verifying;
  const total = found.total || chains.reduce((sum, chain) => sum + chain.number, 0);
  useEffect(() => {
    if (phase === 'done') onDone();
  }, [phase, onDone]);
  const start = () => {
    let heads: AuditHead[];
    try {
      heads = readHeads(kept);
    } catch (error) {
      setMistake(error instanceof Error ? error.message : String(error));
      setOpen(true);
      return;
    }
    setMistake(undefined);
    verifying.start(heads);
  };
  return (
    <Panel
      title="Verification"
      actions={
        phase === 'running' ? (
          <Button icon="stop" onClick={verifying.stop}>
            Stop
          </Button>
        ) : (
          <Button kind="primary" icon="shield" onClick={start} data-testid="audit-verify">
            Verify now
          </Button>
        )
      }
    >
      <div className="verify">
        {phase === 'idle' ? (
          <p className="muted">
            Reads {total > 0 ? `all ${plural(total, 'entry', 'entries')}` : 'every entry'} and checks hashes, numbers, seals and signed heads.
          </p>
        ) : null}
        {phase === 'running' || phase === 'stopped' ? (
          <div className="verify-progress" data-testid="verify-progress">
            <span
              className="progress-bar"
              role="progressbar"
              aria-label="Entries looked at"
              aria-valuemin={0}
              aria-valuemax={total}
              aria-valuenow={found.checked}
            >
              <span className="progress-part fill-running" style={{ width: `${total === 0 ? 0 : (found.checked / total) * 100}%` }} />
            </span>
            <span className="number">
              {count(found.checked)} / {count(total)}
            </span>
            <span className="muted" role="status">
              {phase === 'stopped' ? 'stopped' : found.source ? `looking at ${found.source}` : 'beginning'}
            </span>
          </div>
        ) : null}
        {phase === 'done' ? (
          <p
            className={`verify-verdict status ${found.faults.length === 0 ? 'tone-succeeded' : 'tone-failed'}`}
            role="status"
            data-testid="verify-verdict"
            data-faults={found.faults.length}
          >
            <Icon name={found.faults.length === 0 ? 'shield' : 'warning'} />
            {verdict(found)}
          </p>
        ) : null}
        {found.faults.length > 0 ? (
          <ul className="faults" aria-label="Faults">
            {found.faults.map((fault, at) => (
              <Fault key={at} fault={fault} />
            ))}
          </ul>
        ) : null}
        {verifying.problem ? <ProblemNote problem={verifying.problem} retry={start} /> : null}
        <details className="rules" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>
            Heads that were kept elsewhere {kept.trim() === '' ? null : <span className="tag">set</span>}
          </summary>
          <div className="form">
            <Field
              label="Signed heads"
              optional
              error={mistake}
              hint="Copied here before, or files of the heads directory: JSON, one or many. They prove that nothing was taken off the end or written anew since."
            >
              <CodeArea value={kept} onChange={setKept} rows={4} numbers={false} testId="verify-heads" />
            </Field>
          </div>
        </details>
      </div>
    </Panel>
  );
}

function Fault({ fault }: { fault: AuditFault }) {
  return (
    <li className="fault" data-testid="fault">
      <span className="status tone-failed">
        <Icon name="cross" size={14} />
        {faultWords[fault.kind] ?? fault.kind}
      </span>
      <Link to={auditAddress({ source: fault.source })}>
        {fault.source} {count(fault.number)}
      </Link>
      <span>{fault.detail}</span>
    </li>
  );
}
