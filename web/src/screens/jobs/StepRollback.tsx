import type { Problem, RollbackDefinition, StepDefinition } from '../../lib/api';
import { placesAt } from '../../http';
import { wholeNumber } from '../../lib/jobstate';
import { CodeArea } from '../../parts/CodeArea';
import { Field } from '../../parts/Field';
import { Fold } from '../../parts/Fold';

/** How a step is undone when its target fails later. */
export function StepRollback({
  step,
  pointer,
  problem,
  onChange,
}: {
  step: StepDefinition;
  pointer: string;
  problem: Problem;
  onChange: (step: StepDefinition) => void;
}) {
  const { rollback } = step;
  const place = `${pointer}/rollback`;
  const kind = rollback === undefined ? 'nothing' : rollback.script ? 'script' : 'command';
  const set = (patch: Partial<RollbackDefinition>) => onChange({ ...step, rollback: { ...rollback, ...patch } });
  const choose = (next: string) => {
    const { command, script, ...rest } = rollback ?? {};
    const text = script?.text ?? command ?? '';
    if (next === 'nothing') onChange({ ...step, rollback: undefined });
    else onChange({ ...step, rollback: { ...rest, ...(next === 'script' ? { script: { text } } : { command: text }) } });
  };
  return (
    <Fold
      title="Rollback"
      isSet={rollback !== undefined}
      isWrong={placesAt(problem.errors, place).length > 0}
      testId="step-rollback"
    >
      <Field label="When the target fails after this step went well" {...(rollback ? {} : { problem, pointer: place })}>
        <select value={kind} data-testid="rollback-kind" onChange={(event) => choose(event.target.value)}>
          <option value="nothing">Nothing undoes it</option>
          <option value="command">A command undoes it</option>
          <option value="script">A script undoes it</option>
        </select>
      </Field>
      {rollback ? (
        <>
          <Field label={rollback.script ? 'Script' : 'Command'} problem={problem} pointer={`${place}/${rollback.script ? 'script' : 'command'}`}>
            <CodeArea
              rows={rollback.script ? 5 : 2}
              numbers={rollback.script !== undefined}
              value={rollback.script?.text ?? rollback.command ?? ''}
              onChange={(text) => set(rollback.script ? { script: { ...rollback.script, text } } : { command: text })}
              testId="rollback-text"
            />
          </Field>
          <div className="form-row">
            {rollback.script ? (
              <Field label="Interpreter" optional>
                <input
                  type="text"
                  spellCheck={false}
                  placeholder="/bin/sh"
                  value={rollback.script.interpreter ?? ''}
                  onChange={(event) => set({ script: { text: '', ...rollback.script, interpreter: event.target.value } })}
                />
              </Field>
            ) : null}
            <Field label="Longest, s" optional problem={problem} pointer={`${place}/timeout_seconds`}>
              <input
                type="number"
                min={1}
                placeholder="as the step"
                value={rollback.timeout_seconds ?? ''}
                onChange={(event) => set({ timeout_seconds: wholeNumber(event.target.value) as number })}
              />
            </Field>
          </div>
          <Field label="Standard input" optional problem={problem} pointer={`${place}/standard_input`}>
            <textarea
              rows={2}
              spellCheck={false}
              value={rollback.standard_input ?? ''}
              onChange={(event) => set({ standard_input: event.target.value })}
            />
          </Field>
        </>
      ) : null}
    </Fold>
  );
}
