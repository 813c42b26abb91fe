import { absolute } from '../../lib/format';
import { zonedText } from '../../lib/zones';
import { Time, useNow } from '../../parts/Time';

/** An instant as the zone of a schedule says it, with how far away it is. */
export function ZonedTime({ at, zone, far = true }: { at: string; zone: string; far?: boolean }) {
  const now = useNow();
  const instant = Date.parse(at);
  return (
    <span className="zoned">
      <time dateTime={at} title={absolute(instant, 'utc')} className="nowrap number">
        {zonedText(zone, instant, now)}
      </time>
      {far ? (
        <span className="muted nowrap">
          <Time at={at} />
        </span>
      ) : null}
    </span>
  );
}
