import { useState } from 'react';
import { countApprovals } from '../../app/approvals';
import { api } from '../../lib/api';
import type { Approval, Decision } from '../../lib/api';
import { plural } from '../../lib/format';
import { useAction, useResource } from '../../lib/resource';
import { Confirm } from '../../parts/Confirm';
import { Field } from '../../parts/Field';
import { ApprovalOutlook } from './ApprovalOutlook';

/** Says what a decision will do, takes a comment, and decides. */
export function DecideDialog({
  approval,
  decision,
  onClose,
  onDecided,
}: {
  approval: Approval;
  decision: Decision;
  onClose: () => void;
  onDecided: () => void;
}) {
  const [comment, setComment] = useState('');
  const approves = decision === 'approve';
  const outlook = useResource(approves ? `outlook/${approval.serial}.${approval.step}` : null, (signal) =>
    api.executions.approvalPlan(approval.execution, approval.step, { signal }),
  );
  const decide = useAction(async () => {
    try {
      await api.executions.decide(approval.execution, approval.step, {
        decision,
        ...(comment.trim() ? { comment: comment.trim() } : {}),
        ...(outlook.value ? { plan: outlook.value.hash } : {}),
      });
    } catch (error) {
      // What would run may have changed meanwhile: it is shown as it is now, to be looked at again.
      outlook.reload();
      throw error;
    }
    void countApprovals();
    onDecided();
    onClose();
  });
  const targets = plural(approval.waiting, 'target');
  return (
    <Confirm
      title={`${approves ? 'Approve' : 'Reject'} ${approval.step_name} of ${approval.name}?`}
      action={approves ? `Approve, and let ${targets} go on` : `Reject, and let it fail on ${targets}`}
      danger={!approves}
      busy={decide.busy || (approves && outlook.loading)}
      problem={decide.problem}
      testId="decide-confirm"
      onConfirm={() => void decide.run()}
      onClose={onClose}
    >
      {approval.message ? <p className="approval-message">{approval.message}</p> : null}
      <p>
        The decision is for all targets of <code>{approval.serial}</code>, also for those that come to this step later. It cannot be taken
        back.
      </p>
      {approves ? <ApprovalOutlook outlook={outlook} /> : null}
      <Field label="Comment" optional hint="Kept in the history." problem={decide.problem} pointer="#/comment">
        <textarea rows={2} maxLength={4000} value={comment} onChange={(event) => setComment(event.target.value)} data-testid="decide-comment" />
      </Field>
    </Confirm>
  );
}
