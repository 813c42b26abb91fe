import type { AuditQuery } from './api';

/** The conditions that are texts, in the order in which they are shown. */
export const auditFields = ['actor', 'action', 'kind', 'object', 'source', 'request_id', 'text'] as const;
/** One of them. */
export type AuditField = typeof auditFields[number];

/** What is asked for each condition. */
export const auditWords: Record<AuditField, string> = {
  actor: 'Who',
  action: 'Action',
  kind: 'Kind of object',
  object: 'Object',
  source: 'Service',
  request_id: 'Request',
  text: 'Text',
};

/** Spans back from now that can be chosen, in seconds. */
export const spans: [string, string, number][] = [
  ['1h', 'Last hour', 3600],
  ['24h', 'Last 24 hours', 86_400],
  ['7d', 'Last 7 days', 604_800],
  ['30d', 'Last 30 days', 2_592_000],
  ['365d', 'Last year', 31_536_000],
];

/** The conditions that an address says; a span goes back from `now`, down to the full minute. */
export function auditQuery(query: URLSearchParams, now: number): AuditQuery {
  const found: AuditQuery = {};
  for (const field of auditFields) {
    const value = query.get(field)?.trim();
    if (value) found[field] = value;
  }
  const span = spans.find(([key]) => key === query.get('span'));
  if (span) {
    found.since = new Date(Math.floor(now / 60_000) * 60_000 - span[2] * 1000).toISOString();
    return found;
  }
  const [since, until] = [instant(query.get('since')), instant(query.get('until'))];
  if (since !== undefined) found.since = since;
  if (until !== undefined) found.until = until;
  return found;
}

function instant(text: string | null): string | undefined {
  const at = text === null ? NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** The address of the audit log with these conditions. */
export function auditAddress(conditions: { [field in AuditField]?: string | undefined }): string {
  const query = new URLSearchParams();
  for (const field of auditFields) {
    const value = conditions[field];
    if (value !== undefined && value !== '') query.set(field, value);
  }
  const text = query.toString();
  return text === '' ? '/audit' : `/audit?${text}`;
}

const places: Record<string, (id: string) => string> = {
  job: (id) => `/jobs/${id}`,
  target: (id) => `/targets/${id}`,
  execution: (id) => `/runs/${id}`,
  credential: () => '/credentials',
  target_group: () => '/groups',
  targets: () => '/targets',
  output: () => '/output',
  user: () => '/settings/users',
  token: () => '/settings/tokens',
  session: () => '/settings/sessions',
  schedule: (id) => `/schedules/${id}`,
  calendar: (id) => `/schedules/calendars/${id}`,
  dead_man_rule: () => '/schedules/dead-man',
  guard: () => '/settings/guard',
  retention: () => '/settings/storage',
  notification_channel: () => '/notifications/channels',
  notification_route: (id) => `/notifications/routes/${id}`,
  mail_server: () => '/notifications/mail',
  alert: (id) => `/notifications?alert=${id}`,
  notification: (id) => `/notifications/deliveries?delivery=${id}`,
};

/** Where an object of the audit log is shown; undefined for kinds that have no page. */
export function objectAddress(kind: string, id: string): string | undefined {
  return Object.prototype.hasOwnProperty.call(places, kind) ? places[kind]?.(encodeURIComponent(id)) : undefined;
}

/** The value of an `<input type="datetime-local">` for an instant, in the time of this browser or in UTC. */
export function localInput(iso: string | undefined, zone: 'local' | 'utc'): string {
  if (iso === undefined) return '';
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '';
  const shifted = zone === 'utc' ? at : new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** The instant that was put into an `<input type="datetime-local">`. */
export function fromLocalInput(text: string, zone: 'local' | 'utc'): string | null {
  const at = new Date(zone === 'utc' ? `${text}Z` : text);
  return text === '' || Number.isNaN(at.getTime()) ? null : at.toISOString();
}
