import { Tabs } from '../../parts/Tabs';

const views = { list: 'Schedules', week: 'Week', calendars: 'Calendars', 'dead-man': 'Dead-man rules' };

/** The way between schedules, their week, calendars and rules. */
export function SchedulesHead({ current }: { current: keyof typeof views }) {
  return (
    <Tabs
      label="Schedules, week, calendars and rules"
      current={current}
      tabs={Object.entries(views).map(([key, label]) => ({ key, label, to: key === 'list' ? '/schedules' : `/schedules/${key}` }))}
    />
  );
}
