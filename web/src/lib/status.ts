import type { IconName } from '../parts/Icon';

/** How a state is shown everywhere: word, icon and colour. */
export interface StatusLook {
  word: string;
  icon: IconName;
  tone: string;
}

const looks: Record<string, StatusLook> = {
  waiting: { word: 'Waiting', icon: 'clock', tone: 'waiting' },
  queued: { word: 'Waiting', icon: 'clock', tone: 'waiting' },
  running: { word: 'Running', icon: 'ring', tone: 'running' },
  cancelling: { word: 'Cancelling', icon: 'ring', tone: 'running' },
  succeeded: { word: 'Succeeded', icon: 'tick', tone: 'succeeded' },
  failed: { word: 'Failed', icon: 'cross', tone: 'failed' },
  cancelled: { word: 'Cancelled', icon: 'stop', tone: 'cancelled' },
  cancel_unconfirmed: { word: 'Cancel unconfirmed', icon: 'warning', tone: 'unclear' },
  lost: { word: 'Lost', icon: 'warning', tone: 'unclear' },
  unclear: { word: 'Lost or unconfirmed', icon: 'warning', tone: 'unclear' },
  skipped: { word: 'Skipped', icon: 'dash', tone: 'skipped' },
  needs_approval: { word: 'Needs approval', icon: 'hand', tone: 'approval' },
  blocked: { word: 'Blocked', icon: 'lock', tone: 'blocked' },
  pending: { word: 'Needs approval', icon: 'hand', tone: 'approval' },
  approved: { word: 'Approved', icon: 'tick', tone: 'succeeded' },
  rejected: { word: 'Rejected', icon: 'cross', tone: 'failed' },
  expired: { word: 'Not decided in time', icon: 'clock', tone: 'failed' },
  paused: { word: 'Paused', icon: 'pause', tone: 'blocked' },
  stopped: { word: 'Rollout stopped', icon: 'stop', tone: 'failed' },
  held: { word: 'Held up', icon: 'lock', tone: 'blocked' },
  alive: { word: 'Ready', icon: 'tick', tone: 'succeeded' },
  silent: { word: 'Not heard of lately', icon: 'warning', tone: 'unclear' },
  ended: { word: 'Ended', icon: 'dash', tone: 'skipped' },
  kept: { word: 'Kept', icon: 'tick', tone: 'succeeded' },
  broken: { word: 'Broken', icon: 'warning', tone: 'failed' },
  active: { word: 'Active', icon: 'tick', tone: 'succeeded' },
  maintenance: { word: 'Maintenance', icon: 'wrench', tone: 'blocked' },
  retired: { word: 'Retired', icon: 'dash', tone: 'skipped' },
  open: { word: 'Open', icon: 'bell', tone: 'failed' },
  acknowledged: { word: 'Acknowledged', icon: 'user', tone: 'running' },
  resolved: { word: 'Resolved', icon: 'tick', tone: 'succeeded' },
  info: { word: 'Info', icon: 'info', tone: 'waiting' },
  warning: { word: 'Warning', icon: 'warning', tone: 'unclear' },
  critical: { word: 'Critical', icon: 'cross', tone: 'failed' },
  gathering: { word: 'Gathering', icon: 'clock', tone: 'waiting' },
  sending: { word: 'Sending', icon: 'ring', tone: 'running' },
  sent: { word: 'Sent', icon: 'tick', tone: 'succeeded' },
  dropped: { word: 'Dropped', icon: 'dash', tone: 'skipped' },
  working: { word: 'Working', icon: 'tick', tone: 'succeeded' },
  failing: { word: 'Failing', icon: 'warning', tone: 'unclear' },
  channel_paused: { word: 'Paused after failures', icon: 'pause', tone: 'blocked' },
  unused: { word: 'Not used yet', icon: 'dash', tone: 'skipped' },
  off: { word: 'Off', icon: 'dash', tone: 'skipped' },
  signed: { word: 'Signed', icon: 'shield', tone: 'succeeded' },
  unsigned: { word: 'Not signed yet', icon: 'clock', tone: 'waiting' },
  on: { word: 'On', icon: 'tick', tone: 'succeeded' },
};

/** The look of a state; a state that this app does not know yet shows its own name. */
export function statusLook(state: string): StatusLook {
  return looks[state] ?? { word: state, icon: 'clock', tone: 'waiting' };
}

/** Whether nothing more will happen to a run or branch in this state. */
export function isFinal(state: string): boolean {
  return !['waiting', 'running', 'cancelling'].includes(state);
}

const urgency = ['failed', 'lost', 'cancel_unconfirmed', 'cancelling', 'running', 'waiting', 'cancelled', 'skipped', 'succeeded'];
/** Failures first: a smaller number is more urgent. */
export function urgencyOf(state: string): number {
  const at = urgency.indexOf(state);
  return at < 0 ? urgency.length : at;
}
