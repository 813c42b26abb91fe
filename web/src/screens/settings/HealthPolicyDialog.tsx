import { useState } from 'react';
import type { FormEvent } from 'react';
import { api } from '../../lib/api';
import type { HealthPolicy, SaveHealthPolicy } from '../../lib/api';
import { useAction, useResource } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Check } from '../../parts/Check';
import { Dialog } from '../../parts/Dialog';
import { Field } from '../../parts/Field';
import { FilterBar } from '../../parts/FilterBar';
import { ProblemNote } from '../../parts/Problem';

/** A policy as it is sent back. */
export function saving(policy: HealthPolicy): SaveHealthPolicy {
  return {
    name: policy.name,
    filter: policy.filter,
    position: policy.position,
    enabled: policy.enabled,
    interval_seconds: policy.interval_seconds,
    timeout_seconds: policy.timeout_seconds,
    fail_threshold: policy.fail_threshold,
    recover_threshold: policy.recover_threshold,
    ...(policy.warn_milliseconds === undefined ? {} : { warn_milliseconds: policy.warn_milliseconds }),
    revision: policy.revision,
  };
}

type NumberKey = 'interval_seconds' | 'timeout_seconds' | 'fail_threshold' | 'recover_threshold' | 'warn_milliseconds';
const usual: Record<NumberKey, string> = {
  interval_seconds: '300',
  timeout_seconds: '10',
  fail_threshold: '3',
  recover_threshold: '2',
  warn_milliseconds: '',
};

/** Adds a policy for checks, or changes one. */
export function HealthPolicyDialog({
  policy,
  isDefault,
  onClose,
  onSaved,
}: {
  policy: HealthPolicy | null;
  isDefault: boolean;
  onClose: () => void;
  onSaved: () => void;
}) {
  const [name, setName] = useState(policy?.name ?? '');
  const [filter, setFilter] = useState(policy?.filter ?? '');
  const [enabled, setEnabled] = useState(policy?.enabled ?? true);
  const [numbers, setNumbers] = useState<Record<NumberKey, string>>(() => {
    const first = { ...usual };
    if (policy) for (const key of Object.keys(usual) as NumberKey[]) first[key] = policy[key] === undefined ? '' : String(policy[key]);
    return first;
  });
  const vocabulary = useResource('vocabulary', (signal) => api.targets.vocabulary({ signal }));
  const save = useAction(async () => {
    const body: SaveHealthPolicy = { ...(policy ? saving(policy) : {}), name: name.trim(), enabled, filter: filter.trim() };
    for (const key of Object.keys(usual) as NumberKey[]) {
      if (numbers[key].trim() === '') delete body[key];
      else body[key] = Math.round(Number(numbers[key]));
    }
    if (policy) await api.targets.updateHealthPolicy(policy.id, body);
    else await api.targets.createHealthPolicy(body);
    onSaved();
  });
  const number = (key: NumberKey, label: string, hint?: string) => (
    <Field label={label} hint={hint} optional={key === 'warn_milliseconds'} problem={save.problem} pointer={`#/${key}`}>
      <input
        type="number"
        min={1}
        placeholder={key === 'warn_milliseconds' ? 'never' : usual[key]}
        value={numbers[key]}
        data-testid={`policy-${key}`}
        onChange={(event) => setNumbers({ ...numbers, [key]: event.target.value })}
      />
    </Field>
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save.run();
  };
  return (
    <Dialog
      title={policy ? `Change ${policy.name}` : 'New policy for health checks'}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            kind="primary"
            type="submit"
            form="policy-form"
            busy={save.busy}
            disabled={name.trim() === '' || (!isDefault && filter.trim() === '')}
            data-testid="policy-save"
          >
            Save the policy
          </Button>
        </>
      }
    >
      <form id="policy-form" className="form" onSubmit={submit}>
        {isDefault ? (
          <p className="muted">It is for all targets that no other policy fits.</p>
        ) : (
          <>
            <Field label="Name" problem={save.problem} pointer="#/name">
              <input type="text" autoComplete="off" value={name} data-testid="policy-name" onChange={(event) => setName(event.target.value)} />
            </Field>
            <Field label="For the targets" problem={save.problem} pointer="#/filter">
              <FilterBar
                value={filter}
                vocabulary={vocabulary.value}
                label="For the targets"
                hideChips
                testId="policy-filter"
                onDraft={setFilter}
                onApply={setFilter}
              />
            </Field>
          </>
        )}
        <Check checked={enabled} onChange={setEnabled}>
          They are checked
        </Check>
        <div className="form-row">
          {number('interval_seconds', 'Every, in s')}
          {number('timeout_seconds', 'At most, in s', 'A longer check has failed.')}
        </div>
        <div className="form-row">
          {number('fail_threshold', 'Failures in a row', 'Then it is critical.')}
          {number('recover_threshold', 'Successes in a row', 'Then it is healthy again.')}
          {number('warn_milliseconds', 'Slow above, in ms', 'Then it is a warning.')}
        </div>
        {save.problem ? <ProblemNote problem={save.problem} showPlaces={false} /> : null}
      </form>
    </Dialog>
  );
}
