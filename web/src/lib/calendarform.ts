import type { CalendarDay, CalendarDefinition, CalendarWindow, ScheduleCalendar } from './api';

/** The kinds of windows. */
export type WindowKind = 'weekly' | 'dates' | 'span' | 'rule';

/** A window while it is edited: each kind keeps what was typed there. */
export interface WindowForm {
  name: string;
  kind: WindowKind;
  days: CalendarDay[];
  from: string;
  to: string;
  firstDay: string;
  lastDay: string;
  begin: string;
  end: string;
  rule: string;
  start: string;
  duration: string;
}

/** A calendar while it is edited. */
export interface CalendarForm {
  name: string;
  description: string;
  zone: string;
  targets: string;
  openings: WindowForm[];
  blackouts: WindowForm[];
}

/** A window as it is first shown. */
export function firstWindow(kind: WindowKind): WindowForm {
  return {
    name: '',
    kind,
    days: kind === 'weekly' ? ['sat', 'sun'] : [],
    from: '22:00',
    to: '06:00',
    firstDay: '',
    lastDay: '',
    begin: '',
    end: '',
    rule: '',
    start: '',
    duration: '4h',
  };
}

function windowForm(window: CalendarWindow): WindowForm {
  const kind: WindowKind = window.weekly ? 'weekly' : window.dates ? 'dates' : window.span ? 'span' : 'rule';
  const form = { ...firstWindow(kind), name: window.name ?? '' };
  if (window.weekly) Object.assign(form, { days: window.weekly.days, from: window.weekly.from, to: window.weekly.to });
  if (window.dates) Object.assign(form, { firstDay: window.dates.from, lastDay: window.dates.to });
  if (window.span) Object.assign(form, { begin: window.span.from, end: window.span.to });
  if (window.rule) Object.assign(form, window.rule);
  return form;
}

/** The form of a calendar that was saved, or of a new one. */
export function calendarForm(calendar: ScheduleCalendar | null, zone: string): CalendarForm {
  const definition = calendar?.definition;
  return {
    name: definition?.name ?? '',
    description: definition?.description ?? '',
    zone: definition ? (definition.zone ?? 'UTC') : zone,
    targets: definition?.targets ?? '',
    openings: (definition?.openings ?? []).map(windowForm),
    blackouts: (definition?.blackouts ?? []).map(windowForm),
  };
}

function readWindow(form: WindowForm): CalendarWindow {
  const window: CalendarWindow = form.name.trim() === '' ? {} : { name: form.name.trim() };
  if (form.kind === 'weekly') window.weekly = { days: form.days, from: form.from, to: form.to };
  else if (form.kind === 'dates') window.dates = { from: form.firstDay, to: form.lastDay || form.firstDay };
  else if (form.kind === 'span') window.span = { from: form.begin, to: form.end };
  else window.rule = { rule: form.rule.trim(), start: form.start, duration: form.duration.trim() };
  return window;
}

/** The definition to send. */
export function readCalendar(form: CalendarForm): CalendarDefinition {
  const definition: CalendarDefinition = { name: form.name.trim() };
  if (form.description.trim() !== '') definition.description = form.description.trim();
  if (form.zone.trim() !== '' && form.zone.trim() !== 'UTC') definition.zone = form.zone.trim();
  if (form.targets.trim() !== '') definition.targets = form.targets.trim();
  if (form.openings.length > 0) definition.openings = form.openings.map(readWindow);
  if (form.blackouts.length > 0) definition.blackouts = form.blackouts.map(readWindow);
  return definition;
}
