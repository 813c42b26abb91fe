import type { NotificationTest } from '../../lib/api';
import { duration } from '../../lib/format';
import { Icon } from '../../parts/Icon';
import { Serial } from '../../parts/Serial';

/** What came of a test message: what the other side said, how long it took, and the id to look for there. */
export function TestOutcome({ outcome }: { outcome: NotificationTest }) {
  return (
    <div className={outcome.sent ? 'outcome outcome-good' : 'outcome outcome-bad'} role="status" data-testid="test-outcome" data-sent={outcome.sent}>
      <p className={`status ${outcome.sent ? 'tone-succeeded' : 'tone-failed'}`}>
        <Icon name={outcome.sent ? 'tick' : 'cross'} />
        {outcome.sent ? 'The other side took it' : 'It was not taken'}, {duration(outcome.milliseconds)}
      </p>
      <p className="outcome-answer">{outcome.answer}</p>
      <p className="muted">
        Message <Serial text={outcome.message_id} label="the id of the message" />
      </p>
    </div>
  );
}
