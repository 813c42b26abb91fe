import type { NotificationChannelKind } from '../../lib/api';
import { channelWords } from '../../lib/notices';
import { Icon } from '../../parts/Icon';

/** The kind of a channel as icon and word; `quiet` says the word to screen readers only. */
export function ChannelKind({ kind, quiet = false }: { kind: NotificationChannelKind; quiet?: boolean }) {
  const [word, icon] = channelWords[kind] ?? [kind, 'send'];
  return (
    <span className="actor" title={word}>
      <Icon name={icon} size={14} />
      <span className={quiet ? 'unseen' : undefined}>{word}</span>
    </span>
  );
}
