import { addDays, dateText, dayNames, localTime, mondayOf, weekday } from '../../../lib/zones';
import type { WeekPlace } from './useWeek';

/** The days of a week as buttons, for screens that show one day at a time. */
export function WeekStrip({ place, now }: { place: WeekPlace; now: number }) {
  const monday = mondayOf(place.day);
  const today = dateText(localTime(place.zone, now));
  return (
    <div className="weekstrip" role="group" aria-label="Days of this week">
      {Array.from({ length: 7 }, (_, at) => addDays(monday, at)).map((date) => {
        const name = dayNames[weekday(date)] ?? '';
        const text = dateText(date);
        return (
          <button
            key={text}
            type="button"
            className={text === today ? 'weekstrip-day weekstrip-today' : 'weekstrip-day'}
            aria-pressed={text === dateText(place.day)}
            aria-label={`${name} ${date.day}`}
            onClick={() => place.show(date)}
          >
            <span>{name.slice(0, 2)}</span>
            <strong className="number">{date.day}</strong>
          </button>
        );
      })}
    </div>
  );
}
