import type { Occurrence } from '../../../lib/api';
import { count } from '../../../lib/format';
import { countWords, occurrenceLook, worstLook } from '../../../lib/occurrences';
import type { OftenRow, WeekDay } from '../../../lib/week';
import { dateText, shortDate } from '../../../lib/zones';
import { Icon } from '../../../parts/Icon';

/** Schedules that fire so often that a day counts them: how many, and how many not as they should. */
export function OftenBand({
  rows,
  days,
  onOpen,
}: {
  rows: OftenRow[];
  days: WeekDay[];
  onOpen: (title: string, occurrences: Occurrence[]) => void;
}) {
  return (
    <>
      {rows.map((row) => (
        <div key={row.schedule} className="often">
          <span className="often-word" aria-hidden="true">
            often
          </span>
          {days.map((day, at) => {
            const list = row.days[at] ?? [];
            const key = dateText(day.date);
            // The earliest ones are known first; what comes after the last one that is known cannot be counted.
            const isUnknown = row.isCut && row.days.slice(at).every((later) => later.length === 0);
            if (list.length === 0)
              return (
                <span key={key} className="often-none muted" title={isUnknown ? 'More than can be counted' : undefined}>
                  {isUnknown ? `${row.name} …` : ''}
                </span>
              );
            const look = worstLook(list);
            const bad = list.filter((one) => ['failed', 'unclear'].includes(occurrenceLook(one).tone)).length;
            const isFuture = list.every((one) => one.state === 'planned');
            const words = `${row.name}, ${shortDate(day.date)}: ${countWords(list)}${row.isCut ? '; there may be more' : ''}`;
            return (
              <button
                key={key}
                type="button"
                className={`week-block often-day week-block-${look.tone}${isFuture ? ' week-block-planned' : ''}`}
                title={words}
                aria-label={words}
                data-testid="often-day"
                onClick={() => onOpen(`${row.name}, ${shortDate(day.date)}`, list)}
              >
                <Icon name={look.icon} size={12} />
                <span className="week-block-name">{row.name}</span>
                <span className="often-count number">
                  {bad > 0 ? `${count(bad)} of ` : ''}
                  {count(list.length)}
                  {row.isCut ? '+' : ''}
                </span>
              </button>
            );
          })}
        </div>
      ))}
    </>
  );
}
