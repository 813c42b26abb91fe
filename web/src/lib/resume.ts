import type { Branch, StepDefinition } from '../api.gen';
import { needsOf } from './graph';

/** The steps, by position, whose results stay when a branch goes on where it failed: they succeeded, were not undone, and wait only for such. */
export function keptSteps(steps: StepDefinition[], branch: Branch): number[] {
  const needs = needsOf(steps);
  const states = new Map(branch.steps.map((result) => [result.number, result.state]));
  const kept = new Set(steps.map((_, at) => at).filter((at) => states.get(at + 1) === 'succeeded' && !states.has(steps.length + at + 1)));
  for (;;) {
    const loose = [...kept].find((at) => !(needs[at] ?? []).every((need) => kept.has(need)));
    if (loose === undefined) return [...kept].sort((a, b) => a - b);
    kept.delete(loose);
  }
}

/** Targets on which the same steps stay. */
export interface ResumeGroup {
  kept: number[];
  targets: string[];
}

/** The branches that did not succeed, together where the same stays, the most targets first. */
export function resumeGroups(steps: StepDefinition[], branches: Branch[]): ResumeGroup[] {
  const groups = new Map<string, ResumeGroup>();
  for (const branch of branches) {
    if (branch.state === 'succeeded') continue;
    const kept = keptSteps(steps, branch);
    const key = kept.join(',');
    const group = groups.get(key) ?? { kept, targets: [] };
    group.targets.push(branch.target_name);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.targets.length - a.targets.length);
}
