import { statusLook } from '../lib/status';
import { Icon } from './Icon';

/** A state as icon and word in its colour, the same everywhere. */
export function StatusWord({ state, testId }: { state: string; testId?: string }) {
  const look = statusLook(state);
  return (
    <span className={`status tone-${look.tone}`} data-state={state} data-testid={testId}>
      <Icon name={look.icon} size={14} turning={look.icon === 'ring'} />
      {look.word}
    </span>
  );
}
