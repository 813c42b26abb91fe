import { useState } from 'react';
import type { FormEvent } from 'react';
import { useMay } from '../../app/session';
import { toast } from '../../app/toasts';
import { api } from '../../lib/api';
import type { Retention, RetentionPolicy, Storage as Space, StorageKind } from '../../lib/api';
import { bytes, plural } from '../../lib/format';
import { useAction, useResource } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Facts } from '../../parts/Facts';
import { Field } from '../../parts/Field';
import { Panel } from '../../parts/Panel';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { Time } from '../../parts/Time';

const words: Record<StorageKind, string> = {
  output: 'Packed output of runs that ended',
  feed: 'Histories and fresh output',
  runs: 'Runs, targets and steps',
  other: 'Everything else',
  free: 'Free inside the file',
};

/** How much space runs take, and how long they are kept. */
export function Storage() {
  const storage = useResource('storage', () => api.executions.storage());
  const retention = useResource('retention', () => api.executions.retention());
  const problem = storage.problem ?? retention.problem;
  return (
    <>
      {problem ? <ProblemNote problem={problem} retry={() => (storage.reload(), retention.reload())} /> : null}
      {retention.value ? (
        <Keeping
          key={retention.value.changed_at ?? ''}
          retention={retention.value}
          onSaved={(next) => (retention.replace(next), storage.reload())}
        />
      ) : null}
      {storage.value ? <Used storage={storage.value} /> : problem ? null : <Skeleton />}
    </>
  );
}

function Used({ storage }: { storage: Space }) {
  const { next } = storage;
  return (
    <>
      <Panel title="Space">
        <Facts
          facts={[
            ...storage.kinds.map((use): [string, string] => [words[use.kind], bytes(use.bytes)]),
            ['Packed output as it was printed', bytes(storage.output_bytes)],
            ['Kept from retention', plural(storage.kept, 'run')],
            [
              'The next clean-up removes',
              next.outputs === 0 && next.executions === 0 && next.bytes === 0
                ? 'nothing'
                : `the output of ${plural(next.outputs, 'run')}, and ${plural(next.executions, 'run')} with everything: about ${bytes(next.bytes)}`,
            ],
          ]}
        />
      </Panel>
      {storage.jobs.length > 0 ? (
        <Panel title="Jobs whose output takes most">
          <Facts
            facts={storage.jobs.map((job): [string, string] => [
              job.name ?? job.job ?? 'Commands',
              `${bytes(job.stored_bytes)} on disk for ${bytes(job.bytes)} of ${plural(job.executions, 'run')}`,
            ])}
          />
        </Panel>
      ) : null}
    </>
  );
}

function Keeping({ retention, onSaved }: { retention: Retention; onSaved: (retention: Retention) => void }) {
  const mayManage = useMay('storage.manage');
  const { policy } = retention;
  const [outputDays, setOutputDays] = useState(policy.output_days?.toString() ?? '');
  const [megabytes, setMegabytes] = useState(policy.output_bytes === undefined ? '' : String(Math.round(policy.output_bytes / 1e6)));
  const [runDays, setRunDays] = useState(policy.execution_days?.toString() ?? '');
  const save = useAction(async () => {
    const next: RetentionPolicy = {};
    if (outputDays !== '') next.output_days = Number(outputDays);
    if (megabytes !== '') next.output_bytes = Number(megabytes) * 1e6;
    if (runDays !== '') next.execution_days = Number(runDays);
    onSaved(await api.executions.setRetention(next));
    toast('What is kept how long is saved.', 'succeeded');
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save.run();
  };
  const number = (value: string, set: (value: string) => void, testId: string) => (
    <input
      type="number"
      min={1}
      inputMode="numeric"
      placeholder="no limit"
      value={value}
      disabled={!mayManage}
      data-testid={testId}
      onChange={(event) => set(event.target.value)}
    />
  );
  return (
    <Panel title="Retention">
      <form className="form form-short" onSubmit={submit}>
        <Field label="Days that output is kept" hint="The run and its results stay." problem={save.problem} pointer="#/output_days" optional>
          {number(outputDays, setOutputDays, 'retention-output-days')}
        </Field>
        <Field label="Megabytes of output on disk" hint="The oldest output goes first." problem={save.problem} pointer="#/output_bytes" optional>
          {number(megabytes, setMegabytes, 'retention-megabytes')}
        </Field>
        <Field label="Days that runs are kept" hint="They go with everything." problem={save.problem} pointer="#/execution_days" optional>
          {number(runDays, setRunDays, 'retention-run-days')}
        </Field>
        {save.problem ? <ProblemNote problem={save.problem} showPlaces={false} /> : null}
        {mayManage ? (
          <div>
            <Button kind="primary" type="submit" busy={save.busy} data-testid="retention-save">
              Save
            </Button>
          </div>
        ) : null}
        <p className="field-hint">
          Runs that have not ended, and those that somebody keeps, are never removed.
          {retention.changed_by && retention.changed_at ? (
            <>
              {' '}
              Set by {retention.changed_by} <Time at={retention.changed_at} />.
            </>
          ) : null}
        </p>
      </form>
    </Panel>
  );
}
