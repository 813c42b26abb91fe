import type { CalendarDefinition } from '../../../lib/api';
import type { Span } from '../../../lib/closures';
import { duration } from '../../../lib/format';
import { addDays, dateText, instantOf, isZone, localTime, monthNames, weekday, zonedText } from '../../../lib/zones';
import { minuteOfDay } from '../../../lib/week';
import { Panel } from '../../../parts/Panel';
import { useNow } from '../../../parts/Time';
import { useCalendarSpans } from './useCalendarSpans';

const shownDays = 28;
const ahead = 400;
const listed = 6;

/** The coming closures: four weeks as bars of days, and the next ones with their names. */
export function ClosuresPanel({ definition }: { definition: CalendarDefinition }) {
  const now = useNow();
  const wanted = definition.zone ?? 'UTC';
  const zone = isZone(wanted) ? wanted : 'UTC';
  const today = localTime(zone, now);
  const from = instantOf(zone, { year: today.year, month: today.month, day: today.day });
  const to = instantOf(zone, addDays(today, ahead));
  const { spans, problem } = useCalendarSpans([{ ...definition, zone }], from, to);
  const [calendar] = spans;
  if (!calendar) return null;
  const days = Array.from({ length: shownDays }, (_, at) => addDays(today, at));
  const [first] = calendar.closed;
  const whole = first !== undefined && first.from <= from && first.to >= to;
  return (
    <Panel title="The next four weeks">
      {problem ? <p className="field-error">{(problem.errors ?? []).map((place) => place.detail).join(' ') || problem.detail}</p> : null}
      <div className="closures" role="img" aria-label={`The next ${shownDays} days; the closures are listed below`}>
        <span className="closures-hours" aria-hidden="true">
          {[0, 6, 12, 18].map((hour) => (
            <span key={hour} style={{ left: `${(hour / 24) * 100}%` }}>
              {String(hour).padStart(2, '0')}
            </span>
          ))}
        </span>
        {days.map((date, at) => {
          const [begin, end] = [instantOf(zone, date), instantOf(zone, addDays(date, 1))];
          const position = (instant: number) => (instant <= begin ? 0 : instant >= end ? 100 : (minuteOfDay(zone, instant) / 1440) * 100);
          const bars = calendar.closed.filter((span) => span.from < end && span.to > begin);
          return (
            <span key={dateText(date)} className="closures-day">
              <span className={[0, 6].includes(weekday(date)) ? 'closures-name muted' : 'closures-name'}>
                {'SMTWTFS'[weekday(date)]} {date.day}
                {date.day === 1 || at === 0 ? ` ${(monthNames[date.month - 1] ?? '').slice(0, 3)}` : ''}
              </span>
              <span className="closures-bar">
                {bars.map((span) => (
                  <span
                    key={span.from}
                    className="closures-closed"
                    style={{ left: `${position(span.from)}%`, width: `${position(span.to) - position(span.from)}%` }}
                    title={`${span.name || 'Closed'}: ${zonedText(zone, span.from, now)} to ${zonedText(zone, span.to, now)}`}
                  />
                ))}
                {at === 0 ? <span className="closures-now" style={{ left: `${position(now)}%` }} /> : null}
              </span>
            </span>
          );
        })}
      </div>
      {whole ? <p className="tone-failed closures-title">It is closed all the time; nothing would ever begin.</p> : null}
      <SpanList title="Coming blackouts" spans={calendar.blackouts} zone={zone} now={now} testId="closures" />
      {(definition.openings ?? []).length > 0 && !whole ? (
        <SpanList title="Coming maintenance windows" spans={calendar.openings} zone={zone} now={now} testId="openings" />
      ) : null}
    </Panel>
  );
}

function SpanList({ title, spans, zone, now, testId }: { title: string; spans: Span[]; zone: string; now: number; testId: string }) {
  const coming = spans.filter((span) => span.to > now);
  return (
    <>
      <h3 className="closures-title">{title}</h3>
      {coming.length === 0 ? <p className="muted">None in the next {ahead} days.</p> : null}
      <ol className="closures-list" data-testid={testId}>
        {coming.slice(0, listed).map((span) => (
          <li key={span.from}>
            <span className="number">
              {span.from <= now ? 'now' : zonedText(zone, span.from, now)} to {zonedText(zone, span.to, now)}
            </span>
            <span className="muted nowrap">{duration(span.to - span.from)}</span>
            {span.name ? <span className="closures-what">{span.name}</span> : null}
          </li>
        ))}
      </ol>
    </>
  );
}
