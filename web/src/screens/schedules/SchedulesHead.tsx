import { Tabs } from '../../parts/Tabs';

const views = { list: 'Schedules', week: 'Week', calendars: 'Calendars', 'dead-man': 'Dead-man rules', webhooks: 'Webhooks', rules: 'Event rules' };

/** The way between everything that starts runs by itself. */
export function SchedulesHead({ current }: { current: keyof typeof views }) {
  return (
    <Tabs
      label="What starts runs by itself"
      current={current}
      tabs={Object.entries(views).map(([key, label]) => ({ key, label, to: key === 'list' ? '/schedules' : `/schedules/${key}` }))}
    />
  );
}
