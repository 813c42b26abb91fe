import type { ApprovalDefinition, Problem } from '../../lib/api';
import { wholeNumber } from '../../lib/jobstate';
import { Check } from '../../parts/Check';
import { Field } from '../../parts/Field';
import { LinesArea } from '../../parts/LinesArea';

/** A step at which a run waits for a person. */
export function StepApproval({
  approval,
  pointer,
  problem,
  onChange,
}: {
  approval: ApprovalDefinition;
  pointer: string;
  problem: Problem;
  onChange: (approval: ApprovalDefinition) => void;
}) {
  const set = (patch: Partial<ApprovalDefinition>) => onChange({ ...approval, ...patch });
  return (
    <>
      <Field
        label="What is to be decided"
        optional
        hint="One decision is for all targets of a run."
        problem={problem}
        pointer={`${pointer}/message`}
      >
        <textarea
          rows={2}
          value={approval.message ?? ''}
          data-testid="approval-message"
          onChange={(event) => set({ message: event.target.value })}
        />
      </Field>
      <div className="form-row">
        <Field
          label="Who decides"
          optional
          className="field-grow"
          hint="Names of users or roles, one to a line; everybody who may approve when empty."
          problem={problem}
          pointer={`${pointer}/approvers`}
        >
          <LinesArea
            value={approval.approvers ?? []}
            testId="approval-approvers"
            onChange={(names) => set({ approvers: names.length > 0 ? names : undefined })}
          />
        </Field>
        <Field label="Longest wait, s" optional problem={problem} pointer={`${pointer}/timeout_seconds`}>
          <input
            type="number"
            min={1}
            placeholder="no limit"
            value={approval.timeout_seconds ?? ''}
            data-testid="approval-timeout"
            onChange={(event) => {
              const seconds = wholeNumber(event.target.value);
              set({ timeout_seconds: seconds, ...(seconds === undefined ? { on_timeout: undefined } : {}) });
            }}
          />
        </Field>
        <Field label="When nobody decided" problem={problem} pointer={`${pointer}/on_timeout`}>
          <select
            value={approval.on_timeout ?? 'fail'}
            disabled={approval.timeout_seconds === undefined}
            data-testid="approval-then"
            onChange={(event) => set({ on_timeout: event.target.value === 'approve' ? 'approve' : undefined })}
          >
            <option value="fail">The step fails</option>
            <option value="approve">It counts as approved</option>
          </select>
        </Field>
      </div>
      <Check
        checked={approval.other_person === true}
        onChange={(on) => set({ other_person: on || undefined })}
        testId="approval-other"
      >
        Somebody else than who started the run must decide
      </Check>
    </>
  );
}
