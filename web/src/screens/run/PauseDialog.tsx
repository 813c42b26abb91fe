import { useState } from 'react';
import { api } from '../../lib/api';
import type { Execution } from '../../lib/api';
import { plural } from '../../lib/format';
import { useAction } from '../../lib/resource';
import { Confirm } from '../../parts/Confirm';
import { Field } from '../../parts/Field';

/** Says what a pause holds up and what not, then pauses. */
export function PauseDialog({
  execution,
  onClose,
  onChanged,
}: {
  execution: Execution;
  onClose: () => void;
  onChanged: (execution: Execution) => void;
}) {
  const [reason, setReason] = useState('');
  const pause = useAction(async () => {
    onChanged(await api.executions.pause(execution.id, reason.trim() ? { reason: reason.trim() } : {}));
    onClose();
  });
  const { waiting, running } = execution.counts;
  return (
    <Confirm
      title={`Pause ${execution.serial}?`}
      action={`Pause ${plural(waiting, 'waiting target')}`}
      danger={false}
      busy={pause.busy}
      problem={pause.problem}
      testId="pause-confirm"
      onConfirm={() => void pause.run()}
      onClose={onClose}
    >
      <ul className="said">
        <li>
          <strong>{plural(waiting, 'waiting target')}:</strong> nothing begins there until somebody goes on.
        </li>
        {running > 0 ? (
          <li>
            <strong>{plural(running, 'running target')}:</strong> they go on to their end.
          </li>
        ) : null}
      </ul>
      <Field label="Reason" optional hint="Kept in the history.">
        <input type="text" value={reason} onChange={(event) => setReason(event.target.value)} data-testid="pause-reason" />
      </Field>
    </Confirm>
  );
}
