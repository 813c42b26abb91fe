import type { AuditActor } from '../../lib/api';
import { Icon } from '../../parts/Icon';
import type { IconName } from '../../parts/Icon';

const looks: Record<AuditActor['kind'], [string, IconName]> = {
  user: ['User', 'user'],
  worker: ['Worker', 'wrench'],
  service: ['Service', 'screen'],
  anonymous: ['Nobody signed in', 'help'],
};

/** Who did something: a person, or a part of the installation. */
export function Actor({ actor }: { actor: AuditActor }) {
  const [word, icon] = looks[actor.kind] ?? [actor.kind, 'help'];
  return (
    <span className="actor" title={actor.role ? `${word}, ${actor.role}` : word}>
      <Icon name={icon} size={14} />
      <span className="unseen">{word} </span>
      <span className="actor-name">{actor.name || 'nobody'}</span>
    </span>
  );
}
