import type { ChannelHealth, DeliveryState, NotificationChannelKind, NotificationEventKind, NotificationFilter, NotificationRoute, QuietHours } from './api';
import { duration, plural } from './format';
import type { IconName } from '../parts/Icon';

/** The kinds of channels in words. */
export const channelWords: Record<NotificationChannelKind, [string, IconName]> = {
  email: ['Mail', 'mail'],
  webhook: ['Webhook', 'plug'],
  slack: ['Slack', 'speech'],
  teams: ['Microsoft Teams', 'speech'],
};

/** The kinds of events in words. */
export const eventWords: Record<NotificationEventKind, string> = {
  failed: 'Run failed',
  succeeded: 'Run succeeded',
  recovered: 'Job recovered',
  failed_repeatedly: 'Job failed repeatedly',
  too_long: 'Run takes too long',
  missed: 'Start was missed',
  start_failed: 'Start was refused',
  rule_broken: 'Rule does not hold',
  rule_recovered: 'Rule holds again',
  approval_needed: 'Approval needed',
  paused: 'Run paused',
  lost: 'Run lost',
  cancel_unconfirmed: 'Cancel unconfirmed',
  unhealthy: 'Target unhealthy',
  healthy: 'Target healthy again',
};

/** An event's kind in words; one that this app does not know yet shows its own name. */
export function eventWord(kind: string): string {
  return (eventWords as Record<string, string>)[kind] ?? kind;
}

/** A delivery's state as `StatusWord` shows it: what is held gathers events, which is no trouble. */
export function deliveryState(state: DeliveryState): string {
  return state === 'held' ? 'gathering' : state;
}

/** The days of the week from Monday, with their numbers on the wire. */
export const weekdays: [number, string][] = [
  [1, 'Mon'],
  [2, 'Tue'],
  [3, 'Wed'],
  [4, 'Thu'],
  [5, 'Fri'],
  [6, 'Sat'],
  [0, 'Sun'],
];

/** Minutes as people say them: `45 min`, `2 h 30 min`, `1 day`. */
export function minutesText(minutes: number): string {
  if (minutes < 60) return `${minutes} min`;
  if (minutes % 1440 === 0) return plural(minutes / 1440, 'day');
  return minutes % 60 === 0 ? `${minutes / 60} h` : duration(minutes * 60_000);
}

/** `silent 22:00–06:00 Europe/Berlin`, and on which days. */
export function quietText(quiet: QuietHours): string {
  const chosen = quiet.days ?? [];
  const days = chosen.length === 0 || chosen.length === 7 ? '' : ` ${weekdays.filter(([day]) => chosen.includes(day)).map(([, word]) => word).join(', ')}`;
  return `silent ${quiet.from}–${quiet.to}${days} ${quiet.zone}`;
}

/** What a route takes besides the kinds of events; empty when it takes all. */
export function filterWords(filter: NotificationFilter): string[] {
  const list = (values: string[] | undefined, one: string) =>
    values && values.length > 0 ? [`${one} ${values.slice(0, 3).join(', ')}${values.length > 3 ? ` and ${values.length - 3} more` : ''}`] : [];
  return [
    ...list(filter.jobs, 'job'),
    ...list(filter.targets, 'target'),
    ...list(filter.environments, 'environment'),
    ...list(filter.started_by, 'started by'),
    ...(filter.scheduled === undefined ? [] : [filter.scheduled ? 'started by a schedule' : 'not started by a schedule']),
    ...(filter.severity === undefined || filter.severity === 'info' ? [] : [filter.severity === 'warning' ? 'warning or critical' : 'critical only']),
  ];
}

/** When and how often a route sends; empty when it sends each event at once. */
export function rhythmWords(route: Pick<NotificationRoute, 'digest_minutes' | 'quiet_hours' | 'most_per_hour' | 'repeat_minutes'>): string[] {
  return [
    ...(route.digest_minutes === undefined ? [] : [`gathered over ${minutesText(route.digest_minutes)}`]),
    ...(route.quiet_hours === undefined ? [] : [quietText(route.quiet_hours)]),
    ...(route.most_per_hour === undefined ? [] : [`at most ${route.most_per_hour} an hour`]),
    ...(route.repeat_minutes === undefined ? [] : [`reminds every ${minutesText(route.repeat_minutes).replace(/^1 h$/, 'hour').replace(/^1 day$/, 'day')}`]),
  ];
}

/** How a channel is, as a state that `StatusWord` shows. */
export function channelState(channel: { enabled: boolean; health: ChannelHealth }, now: number): string {
  const { health } = channel;
  if (!channel.enabled) return 'off';
  if (health.paused_until !== undefined && Date.parse(health.paused_until) > now) return 'channel_paused';
  if (health.failures > 0) return 'failing';
  return health.last_sent_at === undefined ? 'unused' : 'working';
}

/** What an alert is about: the kind of thing, its name, and where it is shown. */
export function subjectParts(subject: string): { kind: string; name: string } {
  const found = /^(job|target|rule)[ :/]+(.+)$/.exec(subject);
  return found ? { kind: found[1] ?? '', name: found[2] ?? '' } : { kind: '', name: subject };
}
