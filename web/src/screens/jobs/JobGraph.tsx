import type { JobDefinition, StepDefinition } from '../../lib/api';
import { Graph } from '../../parts/Graph';
import type { GraphNode } from '../../parts/Graph';

/** What a step is, in few words. */
export function stepMarks(step: StepDefinition): string[] {
  const marks = [step.job !== undefined ? `job ${step.job}` : step.approval ? 'approval' : step.script ? 'script' : 'command'];
  if (step.runs === 'failure') marks.push('after a failure');
  if (step.runs === 'always') marks.push('in any case');
  if (step.when) marks.push('if');
  if (step.only_on) marks.push('some targets');
  if (step.for_each !== undefined) marks.push(Array.isArray(step.for_each) ? `${step.for_each.length} times` : 'for each');
  if (step.rollback) marks.push('rollback');
  return marks;
}

/** What a graph shows of a step whatever its state. */
export function plainNode(step: StepDefinition): Pick<GraphNode, 'name' | 'needs' | 'any' | 'handler'> {
  return { name: step.name, needs: step.needs, any: step.join === 'any', handler: step.runs === 'failure' };
}

/** The id of the form of a step, which a graph's node leads to. */
export function stepPlace(position: number): string {
  return `step-${position + 1}`;
}

/** Brings the form of a step into view; whether it is there. */
export function goToStep(position: number): boolean {
  const form = document.getElementById(stepPlace(position));
  if (!form) return false;
  form.scrollIntoView({ block: 'start' });
  const field = form.querySelector<HTMLElement>('[data-testid="step-name"]');
  if (!field) form.setAttribute('tabindex', '-1');
  (field ?? form).focus({ preventScroll: true });
  return true;
}

/** The graph of a job as it is written, each node leading to its step. */
export function JobGraph({ definition, to }: { definition: JobDefinition; to: (position: number) => string }) {
  const steps = definition.steps ?? [];
  const nodes = steps.map((step, at): GraphNode => {
    const marks = stepMarks(step);
    return { ...plainNode(step), to: to(at), detail: marks.join(' · '), words: marks.join(', ') };
  });
  return (
    <>
      <Graph
        nodes={nodes}
        label="Steps and what they wait for"
        onFollow={(position, event) => {
          if (goToStep(position)) event.preventDefault();
        }}
      />
      {nodes.some((node) => node.any || node.handler) ? (
        <p className="field-hint">
          {nodes.some((node) => node.any) ? 'Dashed lines: one of them is enough. ' : ''}
          {nodes.some((node) => node.handler) ? 'Red lines: after a failure only.' : ''}
        </p>
      ) : null}
    </>
  );
}
