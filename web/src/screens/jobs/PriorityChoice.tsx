import type { Problem, RunPriority } from '../../lib/api';
import { Field } from '../../parts/Field';

/** The priorities in words, the most urgent first. */
export const priorityWords: Record<RunPriority, string> = { urgent: 'Urgent', high: 'High', normal: 'Normal', low: 'Low' };

/** How urgent a run is. */
export function PriorityChoice({
  value,
  problem,
  onChange,
}: {
  value: RunPriority;
  problem: Problem | undefined;
  onChange: (priority: RunPriority) => void;
}) {
  return (
    <Field label="Priority" hint="More urgent runs get free workers first." problem={problem} pointer="#/priority">
      <select value={value} data-testid="priority" onChange={(event) => onChange(event.target.value as RunPriority)}>
        {(Object.keys(priorityWords) as RunPriority[]).map((one) => (
          <option key={one} value={one}>
            {priorityWords[one]}
          </option>
        ))}
      </select>
    </Field>
  );
}
