import type { Occurrence, OccurrenceState } from '../../../lib/api';
import { count } from '../../../lib/format';
import { occurrenceLook, occurrenceWords } from '../../../lib/occurrences';
import { Icon } from '../../../parts/Icon';

const samples: Partial<Record<OccurrenceState, Pick<Occurrence, 'state' | 'outcome' | 'reason'>>> = {
  fired: { state: 'fired', outcome: 'succeeded' },
  late: { state: 'late', outcome: 'succeeded' },
};
const always: OccurrenceState[] = ['fired', 'late', 'skipped', 'missed', 'failed_to_start', 'planned'];

/** The states with their signs and numbers; each hides and shows its own. */
export function WeekLegend({
  occurrences,
  hidden,
  onHidden,
}: {
  occurrences: Occurrence[];
  hidden: string[];
  onHidden: (hidden: string[]) => void;
}) {
  const counts = new Map<string, number>();
  for (const one of occurrences) counts.set(one.state, (counts.get(one.state) ?? 0) + 1);
  const failed = occurrences.filter((one) => one.outcome !== undefined && one.outcome !== 'succeeded').length;
  const states = (Object.keys(occurrenceWords) as OccurrenceState[]).filter((state) => always.includes(state) || counts.has(state));
  return (
    <div className="legend" role="group" aria-label="What is shown">
      {states.map((state) => {
        const look = occurrenceLook(samples[state] ?? { state });
        const isShown = !hidden.includes(state);
        return (
          <button
            key={state}
            type="button"
            className="legend-state"
            aria-pressed={isShown}
            title={isShown ? 'Hide' : 'Show'}
            data-testid={`legend-${state}`}
            onClick={() => onHidden(isShown ? [...hidden, state] : hidden.filter((one) => one !== state))}
          >
            <span className={`status tone-${look.tone}`}>
              <Icon name={look.icon} size={14} />
              {occurrenceWords[state]}
            </span>
            <span className="number muted">{count(counts.get(state) ?? 0)}</span>
          </button>
        );
      })}
      {failed > 0 ? (
        <span className="legend-note status tone-failed">
          <Icon name="cross" size={14} />
          {count(failed)} {failed === 1 ? 'run' : 'runs'} did not succeed
        </span>
      ) : null}
    </div>
  );
}
