import type { ScheduleCalendar } from '../../../lib/api';
import { Icon } from '../../../parts/Icon';

/** Whether something may begin now, and why not. */
export function CalendarState({ calendar }: { calendar: ScheduleCalendar }) {
  return calendar.is_open ? (
    <span className="status tone-succeeded">
      <Icon name="tick" size={14} />
      Open
    </span>
  ) : (
    <span className="status tone-blocked" title={calendar.closure}>
      <Icon name="lock" size={14} />
      Closed
    </span>
  );
}
