import { useEffect, useRef, useState } from 'react';
import type { CSSProperties, KeyboardEvent } from 'react';
import type { Occurrence } from '../../../lib/api';
import type { CalendarSpans } from '../../../lib/closures';
import { minuteOfDay, neighbour } from '../../../lib/week';
import type { OftenRow, WeekDay } from '../../../lib/week';
import { clockText, dateText, dayNames, localTime, weekday } from '../../../lib/zones';
import { DayColumn, hourHeight } from './DayColumn';
import { OftenBand } from './OftenBand';
import type { WeekPlace } from './useWeek';

interface WeekGridProps {
  place: WeekPlace;
  layout: { days: WeekDay[]; often: OftenRow[] };
  spans: (CalendarSpans & { calendar: string })[];
  now: number;
  isLoading: boolean;
  isEmpty: boolean;
  onOpen: (title: string, occurrences: Occurrence[]) => void;
}

const arrows: Record<string, 'up' | 'down' | 'left' | 'right'> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' };

// Whether the keyboard turned the page: the next one takes the focus over.
let takesFocus = false;

/** Days beside each other, hours below each other. Arrow keys go from run to run. */
export function WeekGrid({ place, layout, spans, now, isLoading, isEmpty, onOpen }: WeekGridProps) {
  const { zone } = place;
  const { days, often } = layout;
  const box = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState<string>();
  const today = dateText(localTime(zone, now));
  const nowMinute = minuteOfDay(zone, now);
  // The first look goes to the hours around now, or to the first run of another week.
  const scrolled = useRef(false);
  const firstMinute = Math.min(...days.flatMap((day) => day.blocks.map((block) => block.minute)));
  useEffect(() => {
    if (scrolled.current || isLoading || !box.current) return;
    scrolled.current = true;
    const minute = place.isNow ? nowMinute - 150 : Number.isFinite(firstMinute) ? firstMinute - 60 : 360;
    box.current.scrollTop = Math.max(0, (minute / 60) * hourHeight);
  }, [isLoading, place.isNow, nowMinute, firstMinute]);
  const head = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.style.setProperty('--head', `${(head.current?.offsetHeight ?? 40) + 2}px`);
  }, [often.length, place.view]);
  useEffect(() => {
    if (takesFocus) box.current?.focus();
    takesFocus = false;
  }, []);
  const isThere = (key: string | undefined) => key !== undefined && days.some((day) => day.blocks.some((block) => block.key === key));
  const entry = isThere(current) ? current : days.flatMap((day) => day.blocks)[0]?.key;
  const keys = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'PageUp' || event.key === 'PageDown') {
      event.preventDefault();
      takesFocus = true;
      place.go(event.key === 'PageUp' ? -1 : 1);
      return;
    }
    if (event.key === 't') {
      takesFocus = !place.isNow;
      place.today();
      return;
    }
    const towards = arrows[event.key];
    const here = (event.target as HTMLElement).closest<HTMLElement>('[data-block]')?.dataset['block'];
    if (!towards) return;
    const next = here === undefined ? entry : neighbour(days, here, towards);
    if (here === undefined && next === undefined) return;
    event.preventDefault();
    if (next === undefined) return;
    setCurrent(next);
    const element = [...(box.current?.querySelectorAll<HTMLElement>('[data-block]') ?? [])].find((one) => one.dataset['block'] === next);
    element?.focus();
    element?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
  return (
    <div
      ref={box}
      className={`week weekview-${place.view}`}
      role="region"
      aria-label={place.view === 'week' ? 'Week by hours' : 'Day by hours'}
      aria-busy={isLoading}
      tabIndex={0}
      onKeyDown={keys}
      data-testid="week"
      style={{ '--days': days.length, '--hour': `${hourHeight}px` } as CSSProperties}
    >
      <div className="week-head" ref={head}>
        <span className="week-zone" title={zone}>
          {zone.split('/').pop()?.replace(/_/g, ' ')}
        </span>
        {days.map((day) => (
          <DayHead key={dateText(day.date)} day={day} isToday={dateText(day.date) === today} onShow={() => place.show(day.date, place.view === 'week' ? 'day' : 'week')} />
        ))}
        {often.length > 0 ? <OftenBand rows={often} days={days} onOpen={onOpen} /> : null}
      </div>
      <div className="week-body">
        <div className="week-hours" aria-hidden="true">
          {Array.from({ length: 23 }, (_, at) => (
            <span key={at} style={{ top: (at + 1) * hourHeight }}>
              {String(at + 1).padStart(2, '0')}:00
            </span>
          ))}
        </div>
        {days.map((day) => (
          <DayColumn
            key={dateText(day.date)}
            day={day}
            zone={zone}
            spans={spans}
            now={now}
            isToday={dateText(day.date) === today}
            entry={entry}
            onFocus={setCurrent}
            onOpen={onOpen}
          />
        ))}
        {place.isNow ? (
          <span className="week-clock number" style={{ top: (nowMinute / 60) * hourHeight }} aria-hidden="true">
            {clockText(localTime(zone, now))}
          </span>
        ) : null}
        {isLoading ? <span role="status" aria-label="Loading" className="week-loading" /> : null}
        {isEmpty ? <p className="week-none muted">Nothing was due, and nothing will be.</p> : null}
      </div>
    </div>
  );
}

function DayHead({ day, isToday, onShow }: { day: WeekDay; isToday: boolean; onShow: () => void }) {
  const name = dayNames[weekday(day.date)] ?? '';
  return (
    <button type="button" className={isToday ? 'week-day week-today' : 'week-day'} onClick={onShow} aria-label={`${name} ${day.date.day}${isToday ? ', today' : ''}`}>
      <span>{name.slice(0, 3)}</span>
      <strong className="number">{day.date.day}</strong>
    </button>
  );
}
