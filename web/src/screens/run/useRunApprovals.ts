import { useEffect, useRef } from 'react';
import { api } from '../../lib/api';
import type { Approval } from '../../lib/api';
import { useResource } from '../../lib/resource';
import type { Resource } from '../../lib/resource';
import { isFinal } from '../../lib/status';
import type { ExecutionModel } from '../../live/execution';

/** The decisions that a run waits for now; asked again whenever its targets move. */
export function useRunApprovals(model: ExecutionModel): Resource<Approval[]> {
  const { detail } = model;
  const isOpen = detail !== null && !isFinal(detail.execution.state) && detail.definition.steps.some((step) => step.approval);
  const found = useResource(isOpen ? `approvals-of/${detail.execution.id}` : null, (signal) =>
    api.executions.approvals({ execution: detail?.execution.id ?? '', limit: 100 }, { signal }).then((page) => page.items),
  );
  const parked = model.branches.filter((branch) => branch.state === 'waiting' && branch.started_at !== undefined).length;
  const state = `${parked}/${JSON.stringify(detail?.execution.counts ?? null)}`;
  const asked = useRef(state);
  const { reload } = found;
  useEffect(() => {
    if (!isOpen || asked.current === state) return undefined;
    const timer = setTimeout(() => {
      asked.current = state;
      reload();
    }, 300);
    return () => clearTimeout(timer);
  }, [isOpen, state, reload]);
  return found;
}
