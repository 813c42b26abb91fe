import type { OutputGroup, OutputGroups } from './api';
import { count } from './format';

/** `97 the same, 3 differ`, and who has not come so far. */
export function groupsSentence({ groups, more_branches: moreBranches, open }: OutputGroups): string {
  const [largest] = groups;
  if (largest === undefined) return open > 0 ? `${count(open)} without a result yet` : 'Nothing was printed';
  const others = groups.slice(1).reduce((sum, group) => sum + group.count, 0) + moreBranches;
  const parts = [
    others === 0 ? (largest.count === 1 ? 'One target' : `All ${count(largest.count)} the same`) : `${count(largest.count)} the same`,
  ];
  if (others > 0) parts.push(`${count(others)} ${others === 1 ? 'differs' : 'differ'}`);
  if (open > 0) parts.push(`${count(open)} without a result`);
  return parts.join(', ');
}

/** How the step ended in a group: `exit code 0`, or the state where there is no exit code. */
export function groupEnd(group: OutputGroup): string {
  return group.exit_code !== undefined ? `exit code ${group.exit_code}` : '';
}
