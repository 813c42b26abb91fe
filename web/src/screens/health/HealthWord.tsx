import type { HealthState } from '../../lib/api';
import { healthLooks } from '../../lib/health';
import { LookWord } from '../../parts/LookWord';

/** How a target is doing, as icon and word. */
export function HealthWord({ state, cause }: { state: HealthState; cause?: string | undefined }) {
  return <LookWord look={healthLooks[state]} state={state} title={cause} />;
}
