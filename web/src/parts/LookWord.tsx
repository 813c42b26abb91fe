import type { StatusLook } from '../lib/status';
import { Icon } from './Icon';

/** Icon and word of a state in its colour. */
export function LookWord({ look, state, title }: { look: StatusLook; state: string; title?: string | undefined }) {
  return (
    <span className={`status tone-${look.tone}`} data-state={state} title={title}>
      <Icon name={look.icon} size={14} turning={look.icon === 'ring'} />
      {look.word}
    </span>
  );
}
