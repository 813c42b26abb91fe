import type { SchedulePreview } from '../../lib/api';
import { absolute, relative } from '../../lib/format';
import { inZone, localTime, offsetAt, offsetText, shortDate, clockText } from '../../lib/zones';
import { Icon } from '../../parts/Icon';
import { useNow } from '../../parts/Time';

/** Instants to come in the zone of their schedule; those that would start nothing are struck through, with the reason. */
export function Instants({ preview, zone, isPaused = false }: { preview: SchedulePreview; zone: string; isPaused?: boolean }) {
  const now = useNow();
  const { occurrences } = preview;
  if (occurrences.length === 0) return <p className="muted">It will never be due again.</p>;
  const year = localTime(zone, now).year;
  const showsSeconds = occurrences.some((one) => localTime(zone, Date.parse(one.at)).second !== 0);
  return (
    <>
      <ol className="instants" aria-label="Next instants" data-testid="instants">
        {occurrences.map((one, at) => {
          const instant = Date.parse(one.at);
          const local = localTime(zone, instant);
          const offset = offsetAt(zone, instant);
          const before = at === 0 ? offset : offsetAt(zone, Date.parse(occurrences[at - 1]?.at ?? one.at));
          return (
            <li key={one.at} className={one.skipped !== undefined || isPaused ? 'instant instant-out' : 'instant'}>
              <span className="instant-line">
                <time dateTime={one.at} title={`${one.local}, ${absolute(instant, 'utc')}`} className="number">
                  <span className="instant-date">{shortDate(local, year)}</span>{' '}
                  <strong>
                    {clockText(local)}
                    {showsSeconds ? `:${String(local.second).padStart(2, '0')}` : ''}
                  </strong>
                </time>
                <span className="muted nowrap number">{relative(instant, now)}</span>
              </span>
              {one.skipped !== undefined ? (
                <span className="instant-why">
                  <Icon name="dash" size={13} />
                  {inZone(zone, one.skipped)}
                </span>
              ) : null}
              {offset !== before ? (
                <span className="instant-clocks">
                  <Icon name="clock" size={13} />
                  Clocks went {offset > before ? 'forward' : 'back'}, now {offsetText(offset)}
                </span>
              ) : null}
            </li>
          );
        })}
      </ol>
      {preview.ends ? <p className="muted">Then it ends.</p> : null}
    </>
  );
}
