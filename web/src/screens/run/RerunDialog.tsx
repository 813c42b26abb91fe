import { api } from '../../lib/api';
import type { ExecutionDetail, RerunScope } from '../../lib/api';
import { plural } from '../../lib/format';
import { useAction } from '../../lib/resource';
import { navigate } from '../../lib/router';
import { Confirm } from '../../parts/Confirm';
import { ConfirmProduction, useConfirmation } from '../../parts/ConfirmProduction';
import { Facts } from '../../parts/Facts';

/** How many targets a repetition has. */
export function rerunCount(detail: ExecutionDetail, scope: RerunScope): number {
  const { total, succeeded } = detail.execution.counts;
  return scope === 'all' ? total : total - succeeded;
}

/** Asks before a run is repeated, and shows with what. */
export function RerunDialog({ detail, scope, onClose }: { detail: ExecutionDetail; scope: RerunScope; onClose: () => void }) {
  const { execution } = detail;
  const rerun = useAction(async () => {
    const receipt = await api.executions.rerun(execution.id, { scope, ...confirmation.given });
    onClose();
    navigate(`/runs/${receipt.serial}`);
  });
  const confirmation = useConfirmation(rerun.problem);
  const number = rerunCount(detail, scope);
  const words = scope === 'failed' ? plural(number, 'failed target') : plural(number, 'target');
  const values = Object.entries(detail.parameters);
  return (
    <Confirm
      title={`Run again on ${words}?`}
      action={`Run again on ${words}`}
      danger={false}
      busy={rerun.busy}
      problem={rerun.problem}
      testId="rerun-confirm"
      onConfirm={() => void rerun.run()}
      onClose={onClose}
    >
      <p>
        {execution.kind === 'job'
          ? `The same version ${execution.job_version ?? ''} of ${execution.name} runs with the same parameters`
          : 'The same command runs'}{' '}
        on {scope === 'failed' ? 'the targets that did not succeed' : 'all its targets'}, at most {execution.max_parallel} at a time. It
        becomes a run of its own.
      </p>
      {values.length > 0 ? <Facts facts={values.map(([name, value]) => [name, <code key={name}>{String(value)}</code>])} /> : null}
      <ConfirmProduction confirmation={confirmation} byName={execution.kind === 'job'} />
    </Confirm>
  );
}
