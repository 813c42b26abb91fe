import type { Occurrence } from '../../../lib/api';
import type { CalendarSpans, Span } from '../../../lib/closures';
import { countWords, occurrenceLook, worstLook } from '../../../lib/occurrences';
import { blockMinutes, minuteOfDay } from '../../../lib/week';
import type { WeekBlock, WeekDay } from '../../../lib/week';
import { clockText, dateText, inZone, localTime, shortDate } from '../../../lib/zones';
import { Icon } from '../../../parts/Icon';

/** Pixels of an hour. */
export const hourHeight = 52;

interface DayColumnProps {
  day: WeekDay;
  zone: string;
  spans: (CalendarSpans & { calendar: string })[];
  now: number;
  isToday: boolean;
  /** The block that the Tab key leads to. */
  entry: string | undefined;
  onFocus: (key: string) => void;
  onOpen: (title: string, occurrences: Occurrence[]) => void;
}

/** The hours of one day with its windows and its runs. */
export function DayColumn({ day, zone, spans, now, isToday, entry, onFocus, onOpen }: DayColumnProps) {
  const top = (at: number) => (at <= day.from ? 0 : at >= day.to ? 1440 : minuteOfDay(zone, at));
  const band = (span: Span, kind: string, name: string) => {
    const [from, to] = [top(span.from), top(span.to)];
    if (span.to <= day.from || span.from >= day.to || to <= from) return null;
    return (
      <div
        key={`${kind}/${name}/${span.from}`}
        className={`week-${kind}`}
        style={{ top: (from / 60) * hourHeight, height: ((to - from) / 60) * hourHeight }}
        title={name}
      >
        {kind === 'blackout' || to - from >= 30 ? <span className="week-band-name">{name}</span> : null}
      </div>
    );
  };
  return (
    <div className={isToday ? 'week-column week-column-today' : 'week-column'} role="group" aria-label={shortDate(day.date)} data-day={dateText(day.date)}>
      {day.from > now ? null : <div className="week-past" style={{ height: ((day.to <= now ? 1440 : minuteOfDay(zone, now)) / 60) * hourHeight }} />}
      {spans.flatMap((one) => [
        ...one.openings.map((span) => band(span, 'opening', span.name || one.calendar)),
        ...one.blackouts.map((span) => band(span, 'blackout', span.name ? `${span.name} (${one.calendar})` : one.calendar)),
      ])}
      {isToday ? <div className="week-now" style={{ top: (minuteOfDay(zone, now) / 60) * hourHeight }} data-testid="week-now" /> : null}
      {day.blocks.map((block) => (
        <Block key={block.key} block={block} zone={zone} isEntry={block.key === entry} onFocus={onFocus} onOpen={onOpen} />
      ))}
    </div>
  );
}

function Block({
  block,
  zone,
  isEntry,
  onFocus,
  onOpen,
}: {
  block: WeekBlock;
  zone: string;
  isEntry: boolean;
  onFocus: (key: string) => void;
  onOpen: (title: string, occurrences: Occurrence[]) => void;
}) {
  const { occurrences } = block;
  const [first] = occurrences;
  if (!first) return null;
  const isOne = occurrences.length === 1;
  const look = isOne ? occurrenceLook(first) : worstLook(occurrences);
  const at = localTime(zone, Date.parse(first.at));
  const time = clockText(at);
  const last = occurrences[occurrences.length - 1] ?? first;
  const until = clockText(localTime(zone, Date.parse(last.at)));
  const words = isOne
    ? `${time} ${first.name}: ${look.word}${first.reason ? `. ${inZone(zone, first.reason)}` : ''}`
    : `${time}${until === time ? '' : ` to ${until}`}: ${occurrences.length} runs, ${countWords(occurrences)}`;
  return (
    <button
      type="button"
      className={`week-block week-block-${look.tone}${first.state === 'planned' ? ' week-block-planned' : ''}`}
      style={{
        top: (block.minute / 60) * hourHeight,
        height: (blockMinutes / 60) * hourHeight - 2,
        left: `${(block.column / block.columns) * 100}%`,
        width: `calc(${100 / block.columns}% - 2px)`,
      }}
      tabIndex={isEntry ? 0 : -1}
      data-block={block.key}
      data-state={isOne ? first.state : 'several'}
      data-testid="week-block"
      aria-label={words}
      title={words}
      onFocus={() => onFocus(block.key)}
      onClick={() => onOpen(isOne ? first.name : `${shortDate(at)} ${time}${until === time ? '' : ` to ${until}`}`, occurrences)}
    >
      <Icon name={look.icon} size={12} />
      {isOne ? (
        <>
          {block.columns === 1 ? <span className="week-block-time number">{time}</span> : null}
          <span className="week-block-name">{first.name}</span>
          {block.columns === 1 ? (
            <span className="week-block-word">
              {look.word}
              {first.reason ? `: ${inZone(zone, first.reason)}` : ''}
            </span>
          ) : null}
        </>
      ) : (
        <span className="week-block-name">
          <strong className="number">{occurrences.length}</strong> runs
        </span>
      )}
    </button>
  );
}
