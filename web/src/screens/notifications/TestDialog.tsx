import { api } from '../../lib/api';
import type { NotificationChannel, NotificationTest } from '../../lib/api';
import { duration } from '../../lib/format';
import { useAction } from '../../lib/resource';
import { useState } from 'react';
import { Button } from '../../parts/Button';
import { Dialog } from '../../parts/Dialog';
import { ProblemNote } from '../../parts/Problem';
import { TestOutcome } from './TestOutcome';

/** Sends a test message over a channel for real, and shows what came of it. */
export function TestDialog({ channel, onClose, onTested }: { channel: NotificationChannel; onClose: () => void; onTested: () => void }) {
  const [outcome, setOutcome] = useState<NotificationTest>();
  const test = useAction(async () => {
    setOutcome(undefined);
    setOutcome(await api.notifications.testChannel(channel.id));
    onTested();
  });
  return (
    <Dialog
      title={`Test ${channel.name}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button kind="primary" icon="send" busy={test.busy} onClick={() => void test.run()} data-testid="channel-test-send">
            {outcome ? 'Send another' : 'Send a test message'}
          </Button>
        </>
      }
    >
      <p>
        A message that says it is a test goes to{' '}
        {channel.kind === 'email' ? channel.recipients.join(', ') : <code>{channel.destination}</code>} now.
      </p>
      {test.busy ? (
        <p className="muted" role="status">
          Sending, which may take up to {duration(90_000)}
        </p>
      ) : null}
      {outcome ? <TestOutcome outcome={outcome} /> : null}
      {test.problem ? <ProblemNote problem={test.problem} /> : null}
    </Dialog>
  );
}
