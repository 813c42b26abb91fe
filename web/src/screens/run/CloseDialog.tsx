import { useState } from 'react';
import { api } from '../../lib/api';
import type { Execution } from '../../lib/api';
import { plural } from '../../lib/format';
import { useAction } from '../../lib/resource';
import { Confirm } from '../../parts/Confirm';
import { Field } from '../../parts/Field';

interface CloseDialogProps {
  execution: Execution;
  onClose: () => void;
  onEnded: (execution: Execution) => void;
}

/** Ends a run in the books when cancelling it did not. Says what nobody will know afterwards. */
export function CloseDialog({ execution, onClose, onEnded }: CloseDialogProps) {
  const [reason, setReason] = useState('');
  const close = useAction(async () => {
    onEnded(await api.executions.close(execution.id, { reason: reason.trim() }));
    onClose();
  });
  return (
    <Confirm
      title={`Close ${execution.serial} by force?`}
      action="Close by force"
      busy={close.busy}
      problem={close.problem}
      ready={reason.trim() !== ''}
      testId="close-confirm"
      onConfirm={() => void close.run()}
      onClose={onClose}
    >
      <ul className="said">
        <li>
          <strong>{plural(execution.counts.running, 'target')}</strong> may still run processes of it. The run no longer waits for proof that
          they are gone; look there yourself.
        </li>
        <li>A worker that still has them is told to end them as soon as it asks.</li>
      </ul>
      <Field label="Reason" hint="Kept in the history.">
        <input type="text" value={reason} onChange={(event) => setReason(event.target.value)} data-testid="close-reason" />
      </Field>
    </Confirm>
  );
}
