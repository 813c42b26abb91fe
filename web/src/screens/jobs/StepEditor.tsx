import type { Problem, StepDefinition } from '../../lib/api';
import { Button } from '../../parts/Button';
import { CodeArea } from '../../parts/CodeArea';
import { Field } from '../../parts/Field';
import { stepPlace } from './JobGraph';
import { StepApproval } from './StepApproval';
import { StepCall } from './StepCall';
import { StepFlow } from './StepFlow';
import { StepOutputs } from './StepOutputs';
import { StepRollback } from './StepRollback';
import { StepRules } from './StepRules';

interface StepEditorProps {
  step: StepDefinition;
  number: number;
  /** The names of all steps of the job in order. */
  names: string[];
  last: boolean;
  only: boolean;
  problem: Problem;
  onChange: (step: StepDefinition) => void;
  onMove: (by: number) => void;
  onRemove: () => void;
}

/** The arguments of a script, one to a line. */
function lines(text: string): string[] {
  return text === '' ? [] : text.split('\n');
}

/** One step: a command, a script, a decision or another job, and how it runs. */
export function StepEditor({ step, number, names, last, only, problem, onChange, onMove, onRemove }: StepEditorProps) {
  const pointer = `#/steps/${number - 1}`;
  const set = (patch: Partial<StepDefinition>) => onChange({ ...step, ...patch });
  const kind = step.job !== undefined ? 'call' : step.approval ? 'approval' : step.script ? 'script' : 'command';
  const switchKind = (kind: string) => {
    const { command, script, approval, job, parameters, ...rest } = step;
    const text = script?.text ?? command ?? '';
    if (kind === 'script') onChange({ ...rest, script: { text } });
    else if (kind === 'command') onChange({ ...rest, command: text });
    else {
      const { name, needs, join, when, only_on, on_failure, runs } = rest;
      const common = { name, needs, join, when, only_on, on_failure, runs };
      onChange(kind === 'call' ? { ...common, job: job ?? '', parameters } : { ...common, approval: approval ?? {} });
    }
  };
  const setScript = (patch: Partial<NonNullable<StepDefinition['script']>>) => set({ script: { text: '', ...step.script, ...patch } });
  return (
    <fieldset className="method" data-testid="step" id={stepPlace(number - 1)}>
      <legend>Step {number}</legend>
      <div className="method-tools">
        <Button small kind="quiet" icon="up" aria-label={`Move step ${number} up`} disabled={number === 1} onClick={() => onMove(-1)} />
        <Button small kind="quiet" icon="down" aria-label={`Move step ${number} down`} disabled={last} onClick={() => onMove(1)} />
        <Button small kind="quiet" icon="trash" aria-label={`Remove step ${number}`} disabled={only} onClick={onRemove} />
      </div>
      <div className="form-row">
        <Field label="Name" className="field-grow" problem={problem} pointer={`${pointer}/name`}>
          <input type="text" value={step.name ?? ''} data-testid="step-name" onChange={(event) => set({ name: event.target.value })} />
        </Field>
        <Field label="What">
          <select value={kind} data-testid="step-kind" onChange={(event) => switchKind(event.target.value)}>
            <option value="command">Command</option>
            <option value="script">Script</option>
            <option value="approval">Decision of a person</option>
            <option value="call">Run another job</option>
          </select>
        </Field>
      </div>
      {step.job !== undefined ? (
        <StepCall step={step} pointer={pointer} problem={problem} onChange={onChange} />
      ) : step.approval ? (
        <StepApproval
          approval={step.approval}
          pointer={`${pointer}/approval`}
          problem={problem}
          onChange={(approval) => set({ approval })}
        />
      ) : step.script ? (
        <>
          <Field label="Script" problem={problem} pointer={`${pointer}/script/text`}>
            <CodeArea rows={8} value={step.script?.text ?? ''} onChange={(text) => setScript({ text })} testId="step-script" />
          </Field>
          <div className="form-row">
            <Field label="Interpreter" optional problem={problem} pointer={`${pointer}/script/interpreter`}>
              <input
                type="text"
                spellCheck={false}
                placeholder="/bin/sh"
                value={step.script?.interpreter ?? ''}
                onChange={(event) => setScript({ interpreter: event.target.value })}
              />
            </Field>
            <Field
              label="Arguments"
              optional
              className="field-grow"
              hint="One to a line."
              problem={problem}
              pointer={`${pointer}/script/arguments`}
            >
              <textarea
                rows={2}
                value={(step.script?.arguments ?? []).join('\n')}
                onChange={(event) => setScript({ arguments: lines(event.target.value) })}
              />
            </Field>
          </div>
        </>
      ) : (
        <Field
          label="Command"
          hint="For the login shell of the account. Parameters are written {{ parameters.name }}."
          problem={problem}
          pointer={`${pointer}/command`}
        >
          <CodeArea rows={3} numbers={false} value={step.command ?? ''} onChange={(command) => set({ command })} testId="step-command" />
        </Field>
      )}
      <StepFlow step={step} number={number} names={names} pointer={pointer} problem={problem} onChange={onChange} />
      {step.approval || step.job !== undefined ? null : (
        <>
          <StepOutputs step={step} pointer={pointer} problem={problem} onChange={onChange} />
          <StepRollback step={step} pointer={pointer} problem={problem} onChange={onChange} />
          <StepRules step={step} pointer={pointer} problem={problem} onChange={onChange} />
        </>
      )}
    </fieldset>
  );
}
