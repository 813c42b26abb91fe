import { useState } from 'react';
import type { Occurrence } from '../../../lib/api';
import { count } from '../../../lib/format';
import { countWords, lagText } from '../../../lib/occurrences';
import { inZone, zonedText } from '../../../lib/zones';
import { Button } from '../../../parts/Button';
import { Dialog } from '../../../parts/Dialog';
import { Link } from '../../../parts/Link';
import { OccurrenceWord } from '../OccurrenceWord';

/** What was chosen in the calendar. */
export interface Opened {
  title: string;
  occurrences: Occurrence[];
}

const step = 50;

/** What became of the chosen instants, beside the calendar. */
export function OccurrenceDrawer({ opened, zone, onClose }: { opened: Opened; zone: string; onClose: () => void }) {
  const { title, occurrences } = opened;
  const [most, setMost] = useState(step);
  return (
    <Dialog title={title} drawer onClose={onClose}>
      {occurrences.length > 1 ? <p className="muted">{countWords(occurrences)}</p> : null}
      <ul className="occurrences" data-testid="occurrences">
        {occurrences.slice(0, most).map((one) => (
          <li key={`${one.schedule}/${one.at}`} className="occurrence">
            <span className="occurrence-line">
              <OccurrenceWord occurrence={one} />
              <span className="number nowrap">{zonedText(zone, Date.parse(one.at))}</span>
            </span>
            <span>
              <Link to={`/schedules/${one.serial}`} className="cell-name">
                {one.name}
              </Link>{' '}
              <span className="muted">runs {one.job}</span>
            </span>
            {one.reason ? <span className="occurrence-why">{inZone(zone, one.reason)}</span> : null}
            {one.execution ? (
              <span>
                <Link to={`/runs/${one.execution}`}>
                  Run <code>{one.execution}</code>
                </Link>
                {lagText(one) ? <span className="muted"> started after {lagText(one)}</span> : null}
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      {occurrences.length > most ? (
        <div>
          <Button small onClick={() => setMost(most + 200)}>
            Show more of {count(occurrences.length)}
          </Button>
        </div>
      ) : null}
    </Dialog>
  );
}
