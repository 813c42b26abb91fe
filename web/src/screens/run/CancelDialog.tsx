import { useState } from 'react';
import { api } from '../../lib/api';
import type { Branch, Execution } from '../../lib/api';
import { plural } from '../../lib/format';
import { useAction } from '../../lib/resource';
import { isFinal } from '../../lib/status';
import { Confirm } from '../../parts/Confirm';
import { Field } from '../../parts/Field';

interface CancelDialogProps {
  execution: Execution;
  branches: Branch[];
  only: Branch | null;
  onClose: () => void;
  onCancelled: (execution: Execution) => void;
}

/** Says what a cancellation will do and to how many, then does it. */
export function CancelDialog({ execution, branches, only, onClose, onCancelled }: CancelDialogProps) {
  const [reason, setReason] = useState('');
  const cancel = useAction(async () => {
    onCancelled(
      await api.executions.cancel(execution.id, {
        ...(only ? { branches: [only.number] } : {}),
        ...(reason.trim() ? { reason: reason.trim() } : {}),
      }),
    );
    onClose();
  });
  const concerned = only ? [only] : branches;
  const running = concerned.filter((branch) => branch.state === 'running' || branch.state === 'cancelling').length;
  const waiting = concerned.filter((branch) => branch.state === 'waiting').length;
  const ended = concerned.filter((branch) => isFinal(branch.state)).length;
  return (
    <Confirm
      title={only ? `Cancel on ${only.target_name}?` : `Cancel ${execution.serial}?`}
      action={`Cancel ${plural(running + waiting, 'target')}`}
      busy={cancel.busy}
      problem={cancel.problem}
      testId="cancel-confirm"
      onConfirm={() => void cancel.run()}
      onClose={onClose}
    >
      <ul className="said">
        {running > 0 ? (
          <li>
            <strong>{plural(running, 'running target')}:</strong> the processes are asked to end, then killed, and it is checked that they
            are gone.
          </li>
        ) : null}
        {waiting > 0 ? (
          <li>
            <strong>{plural(waiting, 'waiting target')}:</strong> nothing will start there.
          </li>
        ) : null}
        {ended > 0 ? (
          <li>
            <strong>{plural(ended, 'target')}</strong> ended already and stay as they are. Nothing is undone.
          </li>
        ) : null}
      </ul>
      <Field label="Reason" optional hint="Kept in the history.">
        <input type="text" value={reason} onChange={(event) => setReason(event.target.value)} data-testid="cancel-reason" />
      </Field>
    </Confirm>
  );
}
