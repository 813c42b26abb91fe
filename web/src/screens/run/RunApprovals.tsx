import type { Approval } from '../../lib/api';
import type { Resource } from '../../lib/resource';
import { useQuery } from '../../lib/router';
import { ProblemNote } from '../../parts/Problem';
import { ApprovalItem } from '../approvals/ApprovalItem';
import { DecideDialog } from '../approvals/DecideDialog';

/** The decisions that a run waits for, to be made where one looks at it. */
export function RunApprovals({ found }: { found: Resource<Approval[]> }) {
  const [query, setQuery] = useQuery();
  const approvals = found.value ?? [];
  const chosen = query.get('approve') ?? query.get('reject');
  const asked = approvals.find((one) => String(one.step) === chosen && one.may_decide);
  return (
    <>
      {found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : null}
      {approvals.map((approval) => (
        <ApprovalItem
          key={approval.step}
          approval={approval}
          inRun
          onDecide={(next) => setQuery({ approve: null, reject: null, [next]: approval.step }, true)}
        />
      ))}
      {asked ? (
        <DecideDialog
          key={chosen}
          approval={asked}
          decision={query.has('approve') ? 'approve' : 'reject'}
          onClose={() => setQuery({ approve: null, reject: null })}
          onDecided={found.reload}
        />
      ) : null}
    </>
  );
}
