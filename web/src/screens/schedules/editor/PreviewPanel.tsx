import { Panel } from '../../../parts/Panel';
import { Instants } from '../Instants';
import type { SchedulePreview } from '../../../lib/api';
import type { Asked } from '../../../lib/asked';

const counts = [10, 25, 50];

/** When the schedule would be due as it is written now. */
export function PreviewPanel({
  preview,
  zone,
  count,
  onCount,
}: {
  preview: Asked<SchedulePreview>;
  zone: string;
  count: number;
  onCount: (count: number) => void;
}) {
  const { value, problem, isOld } = preview;
  return (
    <Panel
      title="When it would run"
      actions={
        <label className="bar-choice">
          <span className="unseen">How many</span>
          <select value={count} onChange={(event) => onCount(Number(event.target.value))}>
            {counts.map((one) => (
              <option key={one} value={one}>
                Next {one}
              </option>
            ))}
          </select>
        </label>
      }
    >
      <div className="preview" aria-busy={isOld} aria-live="polite" data-testid="preview">
        {value ? (
          <>
            <p className="preview-words" data-testid="preview-words">
              {value.words}
            </p>
            <Instants preview={value} zone={zone} />
            {value.occurrences.some((one) => one.skipped !== undefined) ? (
              <p className="field-hint">Times that are struck through start nothing; each says why.</p>
            ) : null}
          </>
        ) : problem ? (
          <p className="field-error" data-testid="preview-problem">
            {(problem.errors ?? []).map((place) => place.detail).join(' ') || problem.detail}
          </p>
        ) : (
          <p className="muted">Say when, and the next times appear here.</p>
        )}
      </div>
    </Panel>
  );
}
