import { useMemo } from 'react';
import { api } from '../../lib/api';
import type { Branch, ExecutionDetail } from '../../lib/api';
import { plural } from '../../lib/format';
import { useAction } from '../../lib/resource';
import { resumeGroups } from '../../lib/resume';
import { navigate } from '../../lib/router';
import { Confirm } from '../../parts/Confirm';
import { ConfirmProduction, useConfirmation } from '../../parts/ConfirmProduction';
import { Skeleton } from '../../parts/Skeleton';
import { rerunCount } from './RerunDialog';

const most = 8;

/** Shows what stays and what is done again, then goes on where a run failed. */
export function ResumeDialog({
  detail,
  branches,
  complete,
  onClose,
}: {
  detail: ExecutionDetail;
  branches: Branch[];
  /** All branches are there. */
  complete: boolean;
  onClose: () => void;
}) {
  const { execution, definition } = detail;
  const { steps } = definition;
  const number = rerunCount(detail, 'failed');
  const groups = useMemo(() => resumeGroups(steps, branches), [steps, branches]);
  const resume = useAction(async () => {
    const receipt = await api.executions.rerun(execution.id, { scope: 'failed', resume: true, ...confirmation.given });
    onClose();
    navigate(`/runs/${receipt.serial}`);
  });
  const confirmation = useConfirmation(resume.problem);
  const names = (positions: number[]) => positions.map((at) => `${at + 1} ${steps[at]?.name ?? ''}`).join(', ');
  return (
    <Confirm
      title={`Resume on ${plural(number, 'target')}?`}
      action={`Resume on ${plural(number, 'target')}`}
      danger={false}
      busy={resume.busy}
      problem={resume.problem}
      testId="resume-confirm"
      onConfirm={() => void resume.run()}
      onClose={onClose}
    >
      <p>
        The same version {execution.job_version ?? ''} of {execution.name} goes on with the same parameters where each target failed. It
        becomes a run of its own.
      </p>
      {complete ? (
        <ul className="resume" aria-label="What stays and what is done" data-testid="resume-preview">
          {groups.slice(0, most).map((group) => {
            const kept = new Set(group.kept);
            const again = steps.map((_, at) => at).filter((at) => !kept.has(at));
            return (
              <li key={group.kept.join(',')}>
                <strong title={group.targets.slice(0, 100).join(', ')}>
                  {group.targets.length <= 3 ? group.targets.join(', ') : plural(group.targets.length, 'target')}
                </strong>
                <span>
                  <span className="tone-succeeded">Stays:</span> {group.kept.length > 0 ? names(group.kept) : 'nothing, because it was undone or did not go well'}
                </span>
                <span>
                  <span className="tone-running">Goes on with:</span> {names(again)}
                </span>
              </li>
            );
          })}
          {groups.length > most ? <li className="muted">and {plural(groups.length - most, 'other way', 'other ways')} to go on</li> : null}
        </ul>
      ) : (
        <Skeleton rows={3} />
      )}
      <ConfirmProduction confirmation={confirmation} byName={execution.kind === 'job'} />
    </Confirm>
  );
}
