import type { Branch } from '../api.gen';
import { urgencyOf } from './status';

/** How one step stands over some branches. */
export interface StepCount {
  /** How many branches are in which state, the most urgent state first. */
  states: [string, number][];
  /** On how many branches it was undone, or is being undone. */
  undone: number;
}

/** How each step of a job stands over some branches. */
export function countSteps(branches: Branch[], steps: number): StepCount[] {
  const counts = Array.from({ length: steps }, () => ({ states: new Map<string, number>(), undone: 0 }));
  for (const branch of branches) {
    for (const result of branch.steps) {
      const own = counts[result.number - 1];
      if (own) own.states.set(result.state, (own.states.get(result.state) ?? 0) + 1);
      const undone = counts[result.number - 1 - steps];
      if (undone) undone.undone += 1;
    }
  }
  return counts.map(({ states, undone }) => ({ states: [...states].sort((a, b) => urgencyOf(a[0]) - urgencyOf(b[0])), undone }));
}
