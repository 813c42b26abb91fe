import type { RuleFiringState, WebhookDeliveryState, WebhookFormat } from './api';
import type { StatusLook } from './status';

/** How what became of a message to a webhook is shown. */
export const deliveryLooks: Record<WebhookDeliveryState, StatusLook> = {
  received: { word: 'Received', icon: 'clock', tone: 'waiting' },
  started: { word: 'Started a run', icon: 'tick', tone: 'succeeded' },
  ignored: { word: 'Ignored', icon: 'dash', tone: 'skipped' },
  refused: { word: 'Refused', icon: 'cross', tone: 'failed' },
  duplicate: { word: 'Came again', icon: 'copy', tone: 'skipped' },
};

/** How what a rule did about an event is shown. */
export const firingLooks: Record<RuleFiringState, StatusLook> = {
  due: { word: 'Starting', icon: 'ring', tone: 'running' },
  fired: { word: 'Started a run', icon: 'tick', tone: 'succeeded' },
  suppressed: { word: 'Held back', icon: 'pause', tone: 'blocked' },
  failed: { word: 'Did not start', icon: 'cross', tone: 'failed' },
};

/** How messages prove who sent them, in words. */
export const formatWords: Record<WebhookFormat, string> = {
  opsconductor: 'OpsConductor: signature with a time',
  github: 'GitHub: X-Hub-Signature-256',
  gitlab: 'GitLab: X-Gitlab-Token',
  stripe: 'Stripe: t=…,v1=… in one header',
};
