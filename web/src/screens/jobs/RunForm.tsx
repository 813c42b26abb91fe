import { useEffect, useRef, useState } from 'react';
import { api } from '../../lib/api';
import type { Job, JobPlan, RunJob, RunPriority } from '../../lib/api';
import { plural } from '../../lib/format';
import { newKey } from '../../lib/key';
import { firstValues, readValues } from '../../lib/parameters';
import type { Typed } from '../../lib/parameters';
import { useAction } from '../../lib/resource';
import { navigate } from '../../lib/router';
import { Button } from '../../parts/Button';
import { ConfirmProduction, useConfirmation } from '../../parts/ConfirmProduction';
import { Dialog } from '../../parts/Dialog';
import { Field } from '../../parts/Field';
import { ProblemNote } from '../../parts/Problem';
import { ParameterFields } from './ParameterFields';
import { PlanView } from './PlanView';
import { PriorityChoice } from './PriorityChoice';
import { TargetPicker } from './TargetPicker';

/** What a run starts from when it repeats another with changes. */
export interface GivenRun {
  parameters: Record<string, unknown>;
  targets: string;
  maxParallel: number;
  priority: RunPriority;
}

/** The form of a run: parameters, targets, how many at a time. */
export function RunForm({ job, onClose, given }: { job: Job; onClose: () => void; given?: Partial<GivenRun> }) {
  const { definition } = job;
  const parameters = definition.parameters ?? [];
  const [typed, setTyped] = useState<Typed>(() => firstValues(parameters, given?.parameters));
  const [filter, setFilter] = useState(given?.targets ?? definition.targets ?? '');
  const [excluded, setExcluded] = useState<Set<string>>(new Set());
  const [parallel, setParallel] = useState(String(given?.maxParallel ?? definition.max_parallel ?? 50));
  const usual = definition.priority ?? 'normal';
  const [priority, setPriority] = useState<RunPriority>(given?.priority ?? usual);
  const [number, setNumber] = useState<number>();
  const [tried, setTried] = useState(false);
  const key = useRef(newKey());
  const { values, errors } = readValues(parameters, typed);
  useEffect(() => {
    key.current = newKey();
  }, [typed, filter, excluded, parallel, priority]);
  const wish = (): RunJob => {
    const body: RunJob = { parameters: values, targets: filter };
    if (excluded.size > 0) body.exclude = [...excluded];
    if (parallel !== '') body.max_parallel = Number(parallel);
    if (priority !== usual) body.priority = priority;
    return body;
  };
  const [planned, setPlanned] = useState<{ plan: JobPlan; of: string }>();
  // A plan is of what was asked for then; another wish needs another one.
  const plan = planned !== undefined && planned.of === JSON.stringify(wish()) ? planned.plan : undefined;
  const foresee = useAction(async () => {
    const body = wish();
    setPlanned({ plan: await api.jobs.plan(job.id, body), of: JSON.stringify(body) });
  });
  const start = useAction(async () => {
    const body: RunJob = { ...wish(), ...(plan === undefined ? {} : { plan: plan.hash }), ...confirmation.given };
    const receipt = await api.jobs.run(job.id, body, { idempotencyKey: key.current });
    navigate(`/runs/${receipt.serial}`);
  });
  const confirmation = useConfirmation(start.problem);
  const press = () => {
    setTried(true);
    if (Object.keys(errors).length === 0) void start.run();
  };
  const look = () => {
    setTried(true);
    start.clear();
    if (Object.keys(errors).length === 0) void foresee.run();
  };
  return (
    <Dialog
      title={`Run ${definition.name}`}
      wide
      onClose={onClose}
      footer={
        <>
          <span className="dialog-note muted">
            Version {job.version}, {plural(definition.steps.length, 'step')}
          </span>
          <Button onClick={onClose}>Close</Button>
          <Button busy={foresee.busy} disabled={number === undefined || number === 0} onClick={look} data-testid="run-plan">
            {plan === undefined ? 'Show what would happen' : 'Look again'}
          </Button>
          <Button
            kind="primary"
            icon="run"
            busy={start.busy}
            disabled={number === undefined || number === 0}
            onClick={press}
            data-testid="run-start"
          >
            {number === undefined ? 'Run' : `Run on ${plural(number, 'target')}${plan === undefined ? '' : ' as planned'}`}
          </Button>
        </>
      }
    >
      <div className="form">
        {parameters.length > 0 ? (
          <section>
            <h3>Parameters</h3>
            <ParameterFields
              parameters={parameters}
              typed={typed}
              errors={tried ? errors : {}}
              problem={start.problem}
              onChange={setTyped}
            />
          </section>
        ) : null}
        <section>
          <h3>Targets</h3>
          <TargetPicker
            filter={filter}
            onFilter={(text) => {
              setFilter(text);
              setExcluded(new Set());
            }}
            excluded={excluded}
            onExcluded={setExcluded}
            onCount={setNumber}
          />
        </section>
        <div className="form-row">
          <Field label="At most so many at a time" problem={start.problem} pointer="#/max_parallel">
            <input
              type="number"
              className="short"
              min={1}
              max={10000}
              value={parallel}
              data-testid="run-parallel"
              onChange={(event) => setParallel(event.target.value)}
            />
          </Field>
          <PriorityChoice value={priority} problem={start.problem} onChange={setPriority} />
        </div>
        {foresee.problem ? <ProblemNote problem={foresee.problem} /> : null}
        {plan === undefined ? null : <PlanView plan={plan} />}
        {start.problem ? <ProblemNote problem={start.problem} /> : null}
        <ConfirmProduction confirmation={confirmation} byName />
      </div>
    </Dialog>
  );
}
