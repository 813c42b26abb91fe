import { useState } from 'react';
import { api } from '../../../lib/api';
import type { Webhook, WebhookWithSecret } from '../../../lib/api';
import { useAction } from '../../../lib/resource';
import { Button } from '../../../parts/Button';
import { Dialog } from '../../../parts/Dialog';
import { Field } from '../../../parts/Field';
import { ProblemNote } from '../../../parts/Problem';

const overlaps: [number, string][] = [
  [0, 'not at all: senders with it are refused at once'],
  [3600, 'one hour'],
  [86_400, 'one day'],
  [604_800, 'one week'],
];

/** Makes a new secret; the present one stays valid for a while. */
export function RotateDialog({
  webhook,
  onClose,
  onRotated,
}: {
  webhook: Webhook;
  onClose: () => void;
  onRotated: (made: WebhookWithSecret) => void;
}) {
  const [overlap, setOverlap] = useState(86_400);
  const rotate = useAction(async () => onRotated(await api.schedules.rotateWebhook(webhook.id, { overlap_seconds: overlap })));
  return (
    <Dialog
      title={`New secret for ${webhook.definition.name}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Keep the present one</Button>
          <Button kind="primary" busy={rotate.busy} onClick={() => void rotate.run()} data-testid="rotate-confirm">
            Make a new secret
          </Button>
        </>
      }
    >
      <p>The new secret is shown once. Give it to the sender while the present one is still taken.</p>
      <Field label="The present secret stays valid" problem={rotate.problem} pointer="#/overlap_seconds">
        <select value={overlap} onChange={(event) => setOverlap(Number(event.target.value))}>
          {overlaps.map(([seconds, word]) => (
            <option key={seconds} value={seconds}>
              {word}
            </option>
          ))}
        </select>
      </Field>
      {rotate.problem ? <ProblemNote problem={rotate.problem} /> : null}
    </Dialog>
  );
}
