import { useState } from 'react';
import { api } from '../../lib/api';
import type { Alert } from '../../lib/api';
import { plural } from '../../lib/format';
import { useAction } from '../../lib/resource';
import { Confirm } from '../../parts/Confirm';
import { Field } from '../../parts/Field';

/** Says what acknowledging or resolving does, takes a note, and does it. */
export function AlertDialog({
  alerts,
  act,
  onClose,
  onDone,
  onPartly,
}: {
  alerts: Alert[];
  act: 'acknowledge' | 'resolve';
  onClose: () => void;
  onDone: () => void;
  /** Some were done before one failed. */
  onPartly: () => void;
}) {
  const [note, setNote] = useState('');
  const [left, setLeft] = useState(alerts);
  const work = useAction(async () => {
    const input = note.trim() === '' ? {} : { note: note.trim() };
    try {
      for (const alert of left) {
        await (act === 'acknowledge' ? api.notifications.acknowledge(alert.id, input) : api.notifications.resolve(alert.id, input));
        setLeft((old) => old.filter((one) => one !== alert));
      }
    } catch (error) {
      onPartly();
      throw error;
    }
    onDone();
  });
  const [only] = alerts;
  const acknowledges = act === 'acknowledge';
  const verb = acknowledges ? 'Acknowledge' : 'Resolve';
  return (
    <Confirm
      title={alerts.length === 1 ? `${verb} this alert?` : `${verb} ${plural(alerts.length, 'alert')}?`}
      action={left.length === alerts.length ? verb : `${verb} the other ${left.length}`}
      danger={false}
      busy={work.busy}
      problem={work.problem}
      testId="alert-confirm"
      onConfirm={() => void work.run()}
      onClose={onClose}
    >
      {alerts.length === 1 && only ? (
        <p>
          <strong>{only.title}</strong>
        </p>
      ) : (
        <ul className="said">
          {left.slice(0, 10).map((alert) => (
            <li key={alert.id}>{alert.title}</li>
          ))}
          {left.length > 10 ? <li>and {left.length - 10} more</li> : null}
        </ul>
      )}
      <p className="muted">
        {acknowledges
          ? 'Others see that you take care of it, and nobody is reminded any more. It ends by itself when things are well again.'
          : 'It ends now. When the same thing happens again, a new alert begins.'}
      </p>
      <Field label="Note" optional hint="For others to read." problem={work.problem} pointer="#/note">
        <textarea rows={2} maxLength={1000} value={note} onChange={(event) => setNote(event.target.value)} data-testid="alert-note" />
      </Field>
    </Confirm>
  );
}
