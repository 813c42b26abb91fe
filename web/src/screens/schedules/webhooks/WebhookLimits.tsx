import type { Problem } from '../../../lib/api';
import { placesAt } from '../../../http';
import type { WebhookForm } from '../../../lib/webhookform';
import { Field } from '../../../parts/Field';
import { Fold } from '../../../parts/Fold';
import { LinesArea } from '../../../parts/LinesArea';

const places = ['delivery_id', 'replay_seconds', 'masks', 'body_limit_bytes', 'keep_days'];

/** How repeated messages are known, and what of them is kept. */
export function WebhookLimits({
  form,
  problem,
  onChange,
}: {
  form: WebhookForm;
  problem: Problem | undefined;
  onChange: (patch: Partial<WebhookForm>) => void;
}) {
  const number = (key: 'replaySeconds' | 'bodyLimit' | 'keepDays', label: string, usual: string, pointer: string) => (
    <Field label={label} optional problem={problem} pointer={pointer}>
      <input type="number" min={1} placeholder={usual} value={form[key]} onChange={(event) => onChange({ [key]: event.target.value })} />
    </Field>
  );
  return (
    <Fold
      title="Repeated messages, what is kept, what is masked"
      isSet={form.deliveryId !== '' || form.replaySeconds !== '' || form.masks.length > 0 || form.bodyLimit !== '' || form.keepDays !== ''}
      isWrong={places.some((name) => placesAt(problem?.errors, `#/${name}`).length > 0)}
    >
      <Field
        label="A message is named by"
        optional
        hint="A path such as body.id; besides the header that the sender has for it. The same name is not taken twice."
        problem={problem}
        pointer="#/delivery_id"
      >
        <input
          type="text"
          className="mono"
          spellCheck={false}
          placeholder="body.id"
          value={form.deliveryId}
          onChange={(event) => onChange({ deliveryId: event.target.value })}
        />
      </Field>
      <Field
        label="Not recorded"
        optional
        hint="Paths, one to a line: body.password, body.users[*].email, headers.x-key."
        problem={problem}
        pointer="#/masks"
      >
        <LinesArea value={form.masks} onChange={(masks) => onChange({ masks })} className="mono" />
      </Field>
      <div className="form-row">
        {number('replaySeconds', 'Time may be off by, in s', '300', '#/replay_seconds')}
        {number('bodyLimit', 'Most bytes', '1000000', '#/body_limit_bytes')}
        {number('keepDays', 'Kept for, in days', '14', '#/keep_days')}
      </div>
    </Fold>
  );
}
