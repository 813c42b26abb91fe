import type { Branch } from '../../lib/api';
import { urgencyOf } from '../../lib/status';

/** How the targets of a run are narrowed and ordered. */
export interface Narrowing {
  state: string | null;
  search: string;
  sort: 'urgency' | 'number';
}

/** The branches to show, failures first unless the order of the run is asked for. */
export function shownBranches(branches: Branch[], { state, search, sort }: Narrowing): Branch[] {
  const wanted = search.trim().toLowerCase();
  const fits = branches.filter(
    (branch) => (state === null || groupOf(branch.state) === state) && (wanted === '' || branch.target_name.toLowerCase().includes(wanted)),
  );
  if (sort === 'number') return fits.sort((a, b) => a.number - b.number);
  return fits.sort((a, b) => urgencyOf(a.state) - urgencyOf(b.state) || a.number - b.number);
}

/** The chip that a branch is counted under. */
export function groupOf(state: string): string {
  if (state === 'cancelling') return 'running';
  return state === 'lost' || state === 'cancel_unconfirmed' ? 'unclear' : state;
}

/** The chips in their order. */
export const groups = ['failed', 'unclear', 'running', 'waiting', 'cancelled', 'succeeded'];

/** How many branches are in each group. */
export function countGroups(branches: Branch[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const branch of branches) counts.set(groupOf(branch.state), (counts.get(groupOf(branch.state)) ?? 0) + 1);
  return counts;
}
