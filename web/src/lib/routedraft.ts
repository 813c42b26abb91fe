import type { NotificationEventKind, NotificationFilter, NotificationRoute, NotificationSeverity, QuietHours, SaveNotificationRoute } from './api';

/** A route while it is edited: numbers are texts, and what is empty is not set. */
export interface RouteDraft {
  name: string;
  description: string;
  enabled: boolean;
  kinds: NotificationEventKind[];
  jobs: string[];
  targets: string[];
  environments: string[];
  startedBy: string[];
  scheduled: '' | 'yes' | 'no';
  severity: '' | NotificationSeverity;
  failures: string;
  channels: string[];
  subject: string;
  body: string;
  digest: string;
  perHour: string;
  repeat: string;
  quiet: QuietHours | null;
}

/** What a new route begins with. */
export function newDraft(): RouteDraft {
  return {
    name: '',
    description: '',
    enabled: true,
    kinds: ['failed'],
    jobs: [],
    targets: [],
    environments: [],
    startedBy: [],
    scheduled: '',
    severity: '',
    failures: '',
    channels: [],
    subject: '',
    body: '',
    digest: '',
    perHour: '',
    repeat: '',
    quiet: null,
  };
}

function text(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}

/** A route to be changed. */
export function draftOf(route: NotificationRoute): RouteDraft {
  const { filter } = route;
  return {
    name: route.name,
    description: route.description,
    enabled: route.enabled,
    kinds: filter.kinds,
    jobs: filter.jobs ?? [],
    targets: filter.targets ?? [],
    environments: filter.environments ?? [],
    startedBy: filter.started_by ?? [],
    scheduled: filter.scheduled === undefined ? '' : filter.scheduled ? 'yes' : 'no',
    severity: filter.severity ?? '',
    failures: text(filter.failures),
    channels: route.channels,
    subject: route.subject ?? '',
    body: route.body ?? '',
    digest: text(route.digest_minutes),
    perHour: text(route.most_per_hour),
    repeat: text(route.repeat_minutes),
    quiet: route.quiet_hours ?? null,
  };
}

/** Whether two drafts say the same. */
export function sameDraft(one: RouteDraft, other: RouteDraft): boolean {
  return JSON.stringify(wishOf(one)) === JSON.stringify(wishOf(other));
}

function number(value: string): number | undefined {
  return value.trim() === '' ? undefined : Math.round(Number(value));
}

function trimmed(values: string[]): string[] {
  return values.map((value) => value.trim()).filter((value) => value !== '');
}

/** What to send for a draft: only what is set. */
export function wishOf(draft: RouteDraft): SaveNotificationRoute {
  const filter: NotificationFilter = { kinds: draft.kinds };
  const lists = { jobs: trimmed(draft.jobs), targets: trimmed(draft.targets), environments: trimmed(draft.environments), started_by: trimmed(draft.startedBy) };
  for (const [name, values] of Object.entries(lists) as [keyof typeof lists, string[]][]) if (values.length > 0) filter[name] = values;
  if (draft.scheduled !== '') filter.scheduled = draft.scheduled === 'yes';
  if (draft.severity !== '') filter.severity = draft.severity;
  const failures = number(draft.failures);
  if (failures !== undefined && draft.kinds.includes('failed_repeatedly')) filter.failures = failures;
  const wish: SaveNotificationRoute = { name: draft.name.trim(), description: draft.description.trim(), enabled: draft.enabled, filter, channels: draft.channels };
  if (draft.subject.trim() !== '') wish.subject = draft.subject;
  if (draft.body.trim() !== '') wish.body = draft.body;
  const numbers = { digest_minutes: number(draft.digest), most_per_hour: number(draft.perHour), repeat_minutes: number(draft.repeat) };
  for (const [name, value] of Object.entries(numbers) as [keyof typeof numbers, number | undefined][]) if (value !== undefined) wish[name] = value;
  if (draft.quiet) wish.quiet_hours = draft.quiet;
  return wish;
}
