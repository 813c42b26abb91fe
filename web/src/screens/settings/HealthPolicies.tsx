import { useState } from 'react';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { HealthPolicy } from '../../lib/api';
import { count, duration } from '../../lib/format';
import { useAction, useResource } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Confirm } from '../../parts/Confirm';
import { Panel } from '../../parts/Panel';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { HealthPolicyDialog, saving } from './HealthPolicyDialog';

/** How often targets are checked, and what counts as critical; the first that fits a target counts. */
export function HealthPolicies() {
  const mayWrite = useMay('health.write');
  const found = useResource('health-policies', (signal) => api.targets.healthPolicies({ signal }));
  const [open, setOpen] = useState<{ kind: 'new' } | { kind: 'edit' | 'delete'; policy: HealthPolicy } | null>(null);
  const done = () => {
    setOpen(null);
    found.reload();
  };
  const remove = useAction(async (policy: HealthPolicy) => {
    await api.targets.deleteHealthPolicy(policy.id);
    done();
  });
  const move = useAction(async (policy: HealthPolicy, position: number) => {
    await api.targets.updateHealthPolicy(policy.id, { ...saving(policy), position });
    found.reload();
  });
  if (found.problem) return <ProblemNote problem={found.problem} retry={found.reload} />;
  if (!found.value) return <Skeleton rows={3} />;
  const policies = found.value.items;
  return (
    <Panel
      title="Health checks"
      actions={
        mayWrite ? (
          <Button small icon="plus" onClick={() => setOpen({ kind: 'new' })} data-testid="health-policy-add">
            New policy
          </Button>
        ) : undefined
      }
    >
      <p className="muted">Workers connect to each target now and then, as a run would. The first policy whose filter fits a target counts.</p>
      {move.problem ? <ProblemNote problem={move.problem} /> : null}
      <ol className="policies">
        {policies.map((policy, at) => {
          const isDefault = at === policies.length - 1;
          return (
            <li key={policy.id} className="policy" data-testid="health-policy">
              <div className="policy-head">
                <strong>{policy.name}</strong>
                {isDefault ? <span className="muted">all other targets</span> : <code>{policy.filter}</code>}
                <span className="policy-tools">
                  {mayWrite && !isDefault ? (
                    <>
                      <Button
                        small
                        kind="quiet"
                        icon="up"
                        disabled={at === 0 || move.busy}
                        aria-label={`Move ${policy.name} up`}
                        onClick={() => void move.run(policy, policy.position - 1)}
                      />
                      <Button
                        small
                        kind="quiet"
                        icon="down"
                        disabled={at >= policies.length - 2 || move.busy}
                        aria-label={`Move ${policy.name} down`}
                        onClick={() => void move.run(policy, policy.position + 1)}
                      />
                    </>
                  ) : null}
                  {mayWrite ? (
                    <Button small kind="quiet" icon="edit" aria-label={`Change ${policy.name}`} onClick={() => setOpen({ kind: 'edit', policy })} />
                  ) : null}
                  {mayWrite && !isDefault ? (
                    <Button small kind="quiet" icon="trash" aria-label={`Delete ${policy.name}`} onClick={() => setOpen({ kind: 'delete', policy })} />
                  ) : null}
                </span>
              </div>
              <p>{policyWords(policy)}</p>
              <p className="muted">{count(policy.methods)} connection methods go by it.</p>
            </li>
          );
        })}
      </ol>
      {open?.kind === 'new' ? <HealthPolicyDialog policy={null} isDefault={false} onClose={() => setOpen(null)} onSaved={done} /> : null}
      {open?.kind === 'edit' ? (
        <HealthPolicyDialog
          policy={open.policy}
          isDefault={open.policy.id === policies[policies.length - 1]?.id}
          onClose={() => setOpen(null)}
          onSaved={done}
        />
      ) : null}
      {open?.kind === 'delete' ? (
        <Confirm
          title={`Delete ${open.policy.name}?`}
          action="Delete the policy"
          busy={remove.busy}
          problem={remove.problem}
          onConfirm={() => void remove.run(open.policy)}
          onClose={() => setOpen(null)}
        >
          <p>Its targets are checked by the next policy that fits them.</p>
        </Confirm>
      ) : null}
    </Panel>
  );
}

/** Seconds in the largest unit that fits: `90 s`, `5 min`, `2 h`. */
function span(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

function policyWords(policy: HealthPolicy): string {
  if (!policy.enabled) return 'They are not checked.';
  const slow = policy.warn_milliseconds === undefined ? '' : ` Slower than ${duration(policy.warn_milliseconds)} is a warning.`;
  return (
    `Every ${span(policy.interval_seconds)}, at most ${span(policy.timeout_seconds)} long. ` +
    `Critical after ${policy.fail_threshold} that fail in a row, healthy after ${policy.recover_threshold} that succeed.${slow}`
  );
}
