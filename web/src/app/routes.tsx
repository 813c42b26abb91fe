import { lazy } from 'react';
import type { ComponentType } from 'react';

type Screen = ComponentType<Record<string, string>>;
const screen = (load: () => Promise<{ default: ComponentType<never> }>) => lazy(load as unknown as () => Promise<{ default: Screen }>);

const TargetDetail = screen(() => import('../screens/targets/TargetDetail'));
const JobEditor = screen(() => import('../screens/jobs/JobEditor'));
const ScheduleEditor = screen(() => import('../screens/schedules/ScheduleEditor'));
const CalendarEditor = screen(() => import('../screens/schedules/calendars/CalendarEditor'));
const WebhookEditor = screen(() => import('../screens/schedules/webhooks/WebhookEditor'));
const EventRuleEditor = screen(() => import('../screens/schedules/rules/EventRuleEditor'));
const Notifications = screen(() => import('../screens/notifications/Notifications'));
const Settings = screen(() => import('../screens/settings/Settings'));

/** Every address of the app behind sign-in and its screen; `:name` parts become properties. */
export const routes: [string, Screen][] = [
  ['/', screen(() => import('../screens/overview/Overview'))],
  ['/targets', screen(() => import('../screens/targets/Targets'))],
  ['/targets/discovery', screen(() => import('../screens/discovery/Discovery'))],
  ['/targets/:target', TargetDetail],
  ['/groups', screen(() => import('../screens/targets/Groups'))],
  ['/credentials', screen(() => import('../screens/targets/Credentials'))],
  ['/jobs', screen(() => import('../screens/jobs/Jobs'))],
  ['/jobs/new', JobEditor],
  ['/jobs/:job', screen(() => import('../screens/jobs/JobDetail'))],
  ['/jobs/:job/edit', JobEditor],
  ['/command', screen(() => import('../screens/runs/Command'))],
  ['/runs', screen(() => import('../screens/runs/Runs'))],
  ['/output', screen(() => import('../screens/runs/LogSearch'))],
  ['/runs/:run', screen(() => import('../screens/run/Run'))],
  ['/queue', screen(() => import('../screens/queue/Queue'))],
  ['/approvals', screen(() => import('../screens/approvals/Approvals'))],
  ['/schedules', screen(() => import('../screens/schedules/Schedules'))],
  ['/schedules/new', ScheduleEditor],
  ['/schedules/week', screen(() => import('../screens/schedules/week/Week'))],
  ['/schedules/calendars', screen(() => import('../screens/schedules/calendars/Calendars'))],
  ['/schedules/calendars/new', CalendarEditor],
  ['/schedules/calendars/:calendar', CalendarEditor],
  ['/schedules/dead-man', screen(() => import('../screens/schedules/deadman/DeadManRules'))],
  ['/schedules/webhooks', screen(() => import('../screens/schedules/webhooks/Webhooks'))],
  ['/schedules/webhooks/new', WebhookEditor],
  ['/schedules/webhooks/:webhook', screen(() => import('../screens/schedules/webhooks/WebhookDetail'))],
  ['/schedules/webhooks/:webhook/edit', WebhookEditor],
  ['/schedules/rules', screen(() => import('../screens/schedules/rules/EventRules'))],
  ['/schedules/rules/new', EventRuleEditor],
  ['/schedules/rules/:rule', screen(() => import('../screens/schedules/rules/EventRuleDetail'))],
  ['/schedules/rules/:rule/edit', EventRuleEditor],
  ['/schedules/:schedule', screen(() => import('../screens/schedules/ScheduleDetail'))],
  ['/schedules/:schedule/edit', ScheduleEditor],
  ['/notifications', Notifications],
  ['/notifications/:page', Notifications],
  ['/notifications/routes/:route', screen(() => import('../screens/notifications/RouteEditor'))],
  ['/audit', screen(() => import('../screens/audit/Audit'))],
  ['/audit/chains', screen(() => import('../screens/audit/Chains'))],
  ['/audit/:entry', screen(() => import('../screens/audit/AuditEntry'))],
  ['/settings', Settings],
  ['/settings/:page', Settings],
];
