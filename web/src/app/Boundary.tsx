import { Component } from 'react';
import type { ReactNode } from 'react';
import type { Problem } from '../api.gen';
import { asProblem } from '../http';
import { ProblemNote } from '../parts/Problem';

/** Shows what went wrong when a screen breaks, instead of an empty page. */
export class Boundary extends Component<{ children: ReactNode }, { problem: Problem | null }> {
  override state: { problem: Problem | null } = { problem: null };
  static getDerivedStateFromError(error: unknown): { problem: Problem } {
    return { problem: asProblem(error) };
  }
  override render(): ReactNode {
    if (this.state.problem === null) return this.props.children;
    return (
      <div className="page">
        <ProblemNote problem={this.state.problem} retry={() => location.reload()} />
      </div>
    );
  }
}
