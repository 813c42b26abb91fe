import { useCrumbs } from '../../app/crumbs';
import { api } from '../../lib/api';
import type { ApprovalState } from '../../lib/api';
import { useRunChanges } from '../../lib/repeated';
import { useResource } from '../../lib/resource';
import { useQuery } from '../../lib/router';
import { Empty } from '../../parts/Empty';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { Tabs } from '../../parts/Tabs';
import { ApprovalItem } from './ApprovalItem';
import { DecideDialog } from './DecideDialog';

const words: Record<ApprovalState, string> = { pending: 'Open', approved: 'Approved', rejected: 'Rejected', expired: 'Not decided in time' };
const most = 200;

/** Decisions that runs wait for, and those that were made. */
export default function Approvals() {
  useCrumbs([{ word: 'Approvals' }]);
  const [query, setQuery] = useQuery();
  const states = Object.keys(words) as ApprovalState[];
  const state = states.find((one) => one === query.get('state')) ?? 'pending';
  const found = useResource(`approvals/${state}`, (signal) => api.executions.approvals({ state, limit: most }, { signal }));
  useRunChanges(found.reload, 1000);
  const approvals = found.value?.items;
  const decision = query.has('approve') ? 'approve' : 'reject';
  const chosen = query.get('approve') ?? query.get('reject');
  const asked = approvals?.find((one) => `${one.serial}.${one.step}` === chosen && one.may_decide);
  const close = () => setQuery({ approve: null, reject: null });
  return (
    <Page title="Approvals" detail={<span className="muted">Runs that have come to a decision of a person wait here.</span>}>
      <Tabs
        label="Approvals by state"
        current={state}
        tabs={states.map((one) => ({
          key: one,
          label: words[one],
          to: one === 'pending' ? '/approvals' : `/approvals?state=${one}`,
          count: one === state ? approvals?.length : undefined,
        }))}
      />
      {found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : null}
      {!approvals && !found.problem ? <Skeleton rows={4} /> : null}
      {approvals && approvals.length > 0 ? (
        <ul className="approvals" aria-label={words[state]}>
          {approvals.map((approval) => (
            <li key={`${approval.execution}/${approval.step}`} data-row>
              <ApprovalItem
                approval={approval}
                onDecide={(next) => setQuery({ approve: null, reject: null, [next]: `${approval.serial}.${approval.step}` }, true)}
              />
            </li>
          ))}
        </ul>
      ) : null}
      {approvals?.length === 0 ? (
        <Empty icon="hand" title={state === 'pending' ? 'Nothing to decide' : 'Nothing here'}>
          {state === 'pending'
            ? 'A step of a job can be the decision of a person. When a run comes to one, it is listed here until somebody approves or rejects it.'
            : 'No decision of this kind was made so far.'}
        </Empty>
      ) : null}
      {approvals && approvals.length === most ? <p className="muted">The first {most} are shown.</p> : null}
      {asked ? (
        <DecideDialog
          key={chosen}
          approval={asked}
          decision={decision}
          onClose={close}
          onDecided={found.reload}
        />
      ) : null}
    </Page>
  );
}
