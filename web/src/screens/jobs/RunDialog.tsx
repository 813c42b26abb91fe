import { api } from '../../lib/api';
import { useResource } from '../../lib/resource';
import { Dialog } from '../../parts/Dialog';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { RunForm } from './RunForm';
import type { GivenRun } from './RunForm';

/** Everything that a run needs to know, with exactly the targets it will touch. */
export function RunDialog({ reference, onClose, given }: { reference: string; onClose: () => void; given?: Partial<GivenRun> }) {
  const found = useResource(`job/${reference}`, (signal) => api.jobs.show(reference, { signal }));
  const job = found.value;
  return job ? (
    <RunForm job={job} onClose={onClose} {...(given ? { given } : {})} />
  ) : (
    <Dialog title="Run a job" onClose={onClose}>
      {found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : <Skeleton />}
    </Dialog>
  );
}
