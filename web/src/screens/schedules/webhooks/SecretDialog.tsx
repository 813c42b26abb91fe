import { Button } from '../../../parts/Button';
import { Dialog } from '../../../parts/Dialog';
import { Serial } from '../../../parts/Serial';

/** The secret of a webhook, which is never shown again. */
export function SecretDialog({ path, secret, onClose }: { path: string; secret: string; onClose: () => void }) {
  return (
    <Dialog
      title="Give this to the sender"
      onClose={onClose}
      footer={
        <Button kind="primary" onClick={onClose} data-testid="secret-done">
          I have kept it
        </Button>
      }
    >
      <p>The secret is shown now and never again. Whoever has it can start the job.</p>
      <div className="field">
        <span className="field-label">Address</span>
        <p className="token-text">
          <Serial text={location.origin + path} label="the address" />
        </p>
      </div>
      <div className="field">
        <span className="field-label">Secret</span>
        <p className="token-text" data-testid="webhook-secret">
          <Serial text={secret} label="the secret" />
        </p>
      </div>
    </Dialog>
  );
}
