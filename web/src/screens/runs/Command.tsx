import { useRef, useState } from 'react';
import { useCrumbs } from '../../app/crumbs';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { RunCommand, RunPriority } from '../../lib/api';
import { plural } from '../../lib/format';
import { newKey } from '../../lib/key';
import { useAction } from '../../lib/resource';
import { navigate, useQuery } from '../../lib/router';
import { Button } from '../../parts/Button';
import { CodeArea } from '../../parts/CodeArea';
import { ConfirmProduction, useConfirmation } from '../../parts/ConfirmProduction';
import { Empty } from '../../parts/Empty';
import { Field } from '../../parts/Field';
import { Page } from '../../parts/Page';
import { Panel } from '../../parts/Panel';
import { ProblemNote } from '../../parts/Problem';
import { PriorityChoice } from '../jobs/PriorityChoice';
import { TargetPicker } from '../jobs/TargetPicker';

/** One command on the targets that match a filter, as a logged run. */
export default function Command() {
  useCrumbs([{ word: 'Run a command' }]);
  const mayRun = useMay('commands.run');
  const [query, setQuery] = useQuery();
  const filter = query.get('targets') ?? '';
  const [command, setCommand] = useState(query.get('command') ?? '');
  const [excluded, setExcluded] = useState<Set<string>>(new Set());
  const [parallel, setParallel] = useState('50');
  const [timeout, setTimeoutText] = useState('3600');
  const [priority, setPriority] = useState<RunPriority>('normal');
  const [number, setNumber] = useState<number>();
  const key = useRef('');
  const start = useAction(async () => {
    const body: RunCommand = { command, targets: filter, ...confirmation.given };
    if (excluded.size > 0) body.exclude = [...excluded];
    if (parallel !== '') body.max_parallel = Number(parallel);
    if (timeout !== '') body.timeout_seconds = Number(timeout);
    if (priority !== 'normal') body.priority = priority;
    key.current = key.current || newKey();
    const receipt = await api.executions.command(body, { idempotencyKey: key.current });
    navigate(`/runs/${receipt.serial}`);
  });
  const confirmation = useConfirmation(start.problem);
  const touched = () => {
    key.current = '';
  };
  if (!mayRun)
    return (
      <Page title="Run a command">
        <Empty icon="lock" title="Your role does not run commands">
          Ask an administrator if you need to.
        </Empty>
      </Page>
    );
  return (
    <Page title="Run a command" detail={<span className="muted">The run and its output are kept in the history.</span>}>
      <div className="columns columns-wide">
        <Panel title="Command">
          <div className="form">
            <Field
              label="Command"
              quiet
              hint="A line or lines for the login shell of the target accounts."
              problem={start.problem}
              pointer="#/command"
            >
              <CodeArea
                rows={5}
                numbers={false}
                autoFocus
                value={command}
                onChange={(text) => {
                  touched();
                  setCommand(text);
                }}
                testId="command-text"
                placeholder="uname -a"
              />
            </Field>
            <div className="form-row">
              <Field label="At a time" problem={start.problem} pointer="#/max_parallel">
                <input
                  type="number"
                  className="short"
                  min={1}
                  max={10000}
                  value={parallel}
                  onChange={(event) => {
                    touched();
                    setParallel(event.target.value);
                  }}
                />
              </Field>
              <Field label="Longest for one target, s" problem={start.problem} pointer="#/timeout_seconds">
                <input
                  type="number"
                  className="short"
                  min={1}
                  value={timeout}
                  onChange={(event) => {
                    touched();
                    setTimeoutText(event.target.value);
                  }}
                />
              </Field>
            </div>
            <PriorityChoice
              value={priority}
              problem={start.problem}
              onChange={(next) => {
                touched();
                setPriority(next);
              }}
            />
            {start.problem ? <ProblemNote problem={start.problem} /> : null}
            <ConfirmProduction confirmation={confirmation} byName={false} />
            <div>
              <Button
                kind="primary"
                icon="run"
                busy={start.busy}
                disabled={command.trim() === '' || !number}
                onClick={() => void start.run()}
                data-testid="run-start"
              >
                {number ? `Run on ${plural(number, 'target')}` : 'Run'}
              </Button>
            </div>
          </div>
        </Panel>
        <Panel title="Targets">
          <TargetPicker
            filter={filter}
            onFilter={(text) => {
              touched();
              setExcluded(new Set());
              setQuery({ targets: text });
            }}
            excluded={excluded}
            onExcluded={(next) => {
              touched();
              setExcluded(next);
            }}
            onCount={setNumber}
          />
        </Panel>
      </div>
    </Page>
  );
}
