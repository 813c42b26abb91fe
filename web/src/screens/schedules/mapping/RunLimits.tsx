import type { Problem } from '../../../lib/api';
import { placesAt } from '../../../http';
import { Field } from '../../../parts/Field';
import { Fold } from '../../../parts/Fold';
import { priorityWords } from '../../jobs/PriorityChoice';

/** What of a run most leave to the job. */
export interface Limits {
  maxParallel: string;
  priority: '' | keyof typeof priorityWords;
  locks: string;
}

/** How many branches at a time, how urgent, and which locks; the job's own where nothing is said. */
export function RunLimits({
  limits,
  usual,
  problem,
  onChange,
}: {
  limits: Limits;
  usual: number | undefined;
  problem: Problem | undefined;
  onChange: (patch: Partial<Limits>) => void;
}) {
  return (
    <Fold
      title="How many at a time, priority, locks"
      isSet={limits.maxParallel !== '' || limits.priority !== '' || limits.locks !== ''}
      isWrong={['max_parallel', 'priority', 'locks'].some((name) => placesAt(problem?.errors, `#/run/${name}`).length > 0)}
    >
      <div className="form-row">
        <Field label="At most so many at a time" optional problem={problem} pointer="#/run/max_parallel">
          <input
            type="number"
            min={1}
            max={10000}
            placeholder={String(usual ?? 50)}
            value={limits.maxParallel}
            onChange={(event) => onChange({ maxParallel: event.target.value })}
          />
        </Field>
        <Field label="Priority" problem={problem} pointer="#/run/priority">
          <select value={limits.priority} onChange={(event) => onChange({ priority: event.target.value as Limits['priority'] })}>
            <option value="">As the job says</option>
            {Object.entries(priorityWords).map(([key, word]) => (
              <option key={key} value={key}>
                {word}
              </option>
            ))}
          </select>
        </Field>
        <Field label="Locks" optional hint="Names that one run at a time may hold, apart by spaces." problem={problem} pointer="#/run/locks">
          <input type="text" spellCheck={false} value={limits.locks} onChange={(event) => onChange({ locks: event.target.value })} />
        </Field>
      </div>
    </Fold>
  );
}
