import { useMe } from '../../app/session';
import type { Approval } from '../../lib/api';
import { plural } from '../../lib/format';
import { Button } from '../../parts/Button';
import { Link } from '../../parts/Link';
import { StatusWord } from '../../parts/StatusWord';
import { Time } from '../../parts/Time';
import { refusal } from './refusal';

/** A decision that a run waits for, or waited for. */
export function ApprovalItem({
  approval,
  onDecide,
  inRun = false,
}: {
  approval: Approval;
  onDecide: (decision: 'approve' | 'reject') => void;
  /** It is shown in its run, which needs not be named. */
  inRun?: boolean;
}) {
  const me = useMe();
  const isOpen = approval.state === 'pending';
  const why = refusal(approval, me);
  return (
    <div className="approval" data-testid="approval">
      <div className="approval-body">
        <p className="approval-head">
          <StatusWord state={approval.state} />
          <strong>{approval.step_name}</strong>
          {inRun ? null : (
            <>
              <Link to={`/runs/${approval.serial}`}>{approval.name}</Link> <code>{approval.serial}</code>
            </>
          )}
        </p>
        {approval.message ? <p className="approval-message">{approval.message}</p> : null}
        <p className="approval-facts muted">
          <span>
            Asked <Time at={approval.asked_at} />; the run was started by {approval.started_by}
          </span>
          {isOpen ? <span>{plural(approval.waiting, 'target')} waiting</span> : null}
          {isOpen && approval.deadline ? (
            <span>
              Until <Time at={approval.deadline} exact /> (<Time at={approval.deadline} />)
            </span>
          ) : null}
          {approval.approvers.length > 0 ? <span>Decided by {approval.approvers.join(' or ')}</span> : null}
          {approval.decided_at ? (
            <span>
              {approval.decided_by ?? 'Nobody'}, <Time at={approval.decided_at} />
              {approval.comment ? `: ${approval.comment}` : ''}
            </span>
          ) : null}
        </p>
      </div>
      {isOpen ? (
        <div className="approval-tools">
          <div className="approval-buttons">
            <Button
              small
              kind="primary"
              icon="tick"
              disabled={why !== undefined}
              onClick={() => onDecide('approve')}
              data-testid="approval-approve"
            >
              Approve
            </Button>
            <Button
              small
              kind="danger"
              icon="cross"
              disabled={why !== undefined}
              onClick={() => onDecide('reject')}
              data-testid="approval-reject"
            >
              Reject
            </Button>
          </div>
          {why ? (
            <p className="field-hint" data-testid="approval-refusal">
              {why}
            </p>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}
