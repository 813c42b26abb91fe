import { count } from '../../lib/format';
import { statusLook } from '../../lib/status';
import { groups } from './shown';

/** How many targets are in which state: the legend of the matrix, and its filter. */
export function StateChips({
  counts,
  chosen,
  onChoose,
}: {
  counts: Map<string, number>;
  chosen: string | null;
  onChoose: (state: string | null) => void;
}) {
  return (
    <div className="statechips" role="group" aria-label="Filter by state">
      {groups
        .filter((group) => (counts.get(group) ?? 0) > 0 || group === chosen)
        .map((group) => {
          const look = statusLook(group);
          return (
            <button
              key={group}
              type="button"
              className="statechip"
              aria-pressed={group === chosen}
              onClick={() => onChoose(group === chosen ? null : group)}
              data-testid={`chip-${group}`}
            >
              <span className={`cell cell-${look.tone}`} />
              {look.word} <span className="number">{count(counts.get(group) ?? 0)}</span>
            </button>
          );
        })}
    </div>
  );
}
