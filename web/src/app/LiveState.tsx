import { useEffect } from 'react';
import { live } from '../live/connection';
import { useStore } from '../lib/store';
import { useNow } from '../parts/Time';
import { toast } from './toasts';
import { statusLook } from '../lib/status';

/** The state of the live connection as a dot with words. */
export function LiveState() {
  const state = useStore(live.state);
  const now = useNow(state.phase === 'waiting');
  useEffect(
    () =>
      live.watch((execution) => {
        if (execution.ended_at === undefined || location.pathname.startsWith('/runs')) return;
        const tone = execution.state === 'succeeded' ? 'succeeded' : 'failed';
        toast(`${execution.name}: ${statusLook(execution.state).word}`, tone, `/runs/${execution.serial}`);
      }),
    [],
  );
  if (state.phase === 'waiting') {
    const seconds = Math.max(0, Math.ceil((state.until - now) / 1000));
    return (
      <button type="button" className="live live-off" onClick={() => live.retryNow()} title="Connect now" data-testid="live-state">
        Disconnected, trying in {seconds} s
      </button>
    );
  }
  if (state.phase === 'open')
    return (
      <span className="live live-on" role="status" data-testid="live-state">
        Live
      </span>
    );
  return (
    <span className="live" role="status" data-testid="live-state">
      Connecting
    </span>
  );
}
