import { memo, useEffect, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import type { Branch, StepDefinition } from '../api.gen';
import { statusLook } from '../lib/status';
import { Icon } from './Icon';
import { stepWords } from './StepCells';

interface MatrixProps {
  branches: Branch[];
  steps: StepDefinition[];
  selected: number | null;
  selectedStep: number | null;
  onSelect: (branch: number, step: number | null) => void;
}

const height = 28;

/** Targets by steps: one row for each target, one square for each step; only the rows in view are drawn. */
export function Matrix({ branches, steps, selected, selectedStep, onSelect }: MatrixProps) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 400 });
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setView((old) => ({ ...old, height: element.clientHeight })));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const first = Math.max(0, Math.floor(view.top / height) - 8);
  const last = Math.min(branches.length, Math.ceil((view.top + view.height) / height) + 8);
  const undone = Math.max(0, ...branches.slice(first, last).map((branch) => branch.steps.length - steps.length));
  return (
    <div
      className="matrix"
      ref={box}
      onScroll={(event) => setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}
      onKeyDown={moveFocus}
      data-testid="matrix"
    >
      <div role="table" aria-label="Results by target and step" aria-rowcount={branches.length + 1}>
        <div role="row" className="matrix-head" aria-rowindex={1}>
          <span role="columnheader" className="matrix-name">
            Target
          </span>
          <span role="presentation" className="matrix-cells">
            {steps.map((step, at) => (
              <span key={at} role="columnheader" className="matrix-step" title={`Step ${at + 1} ${step.name}`}>
                <span aria-hidden="true">{at + 1}</span>
                <span className="unseen">
                  Step {at + 1} {step.name}
                </span>
              </span>
            ))}
            {undone > 0 ? (
              <span role="columnheader" className="matrix-step matrix-undo" aria-colspan={undone} title="Rollback" style={{ width: undone * 20 }}>
                <Icon name="again" size={12} />
                <span className="unseen">Rollback</span>
              </span>
            ) : null}
          </span>
        </div>
        <div role="rowgroup" style={{ height: branches.length * height, position: 'relative' }}>
          {branches.slice(first, last).map((branch, at) => (
            <MatrixRow
              key={branch.number}
              branch={branch}
              index={first + at}
              isSelected={branch.number === selected}
              steps={steps.length}
              undone={undone}
              step={branch.number === selected ? selectedStep : null}
              onSelect={onSelect}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

/** The arrow keys go from square to square and from row to row. */
function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  const from = event.target as Element;
  const row = from.closest('[data-row]');
  if (!row || !event.key.startsWith('Arrow')) return;
  event.preventDefault();
  const buttons = [...row.querySelectorAll('button')];
  const at = buttons.findIndex((button) => button === from);
  if (event.key === 'ArrowRight') buttons[at + 1]?.focus();
  else if (event.key === 'ArrowLeft') buttons[at - 1]?.focus();
  else {
    const next = event.key === 'ArrowDown' ? row.nextElementSibling : row.previousElementSibling;
    next?.querySelectorAll('button')[at]?.focus();
  }
}

interface MatrixRowProps {
  branch: Branch;
  index: number;
  isSelected: boolean;
  /** How many steps the job has; results beyond them are of what undoes one. */
  steps: number;
  /** How many results beyond them the rows in view have room for. */
  undone: number;
  step: number | null;
  onSelect: (branch: number, step: number | null) => void;
}

const MatrixRow = memo(function MatrixRow({ branch, index, isSelected, steps, undone, step, onSelect }: MatrixRowProps) {
  const look = statusLook(branch.state);
  const missing = undone - Math.max(0, branch.steps.length - steps);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      data-row
      className={isSelected ? 'matrix-row matrix-selected' : 'matrix-row'}
      style={{ transform: `translateY(${index * height}px)` }}
    >
      <span role="rowheader" className="matrix-name">
        <button
          type="button"
          className="matrix-target"
          aria-current={isSelected || undefined}
          title={branch.cause ?? branch.target_name}
          onClick={() => onSelect(branch.number, null)}
          data-testid="matrix-target"
          data-state={branch.state}
        >
          <span className={`tone-${look.tone}`}>
            <Icon name={look.icon} size={14} turning={look.icon === 'ring'} />
          </span>
          <span className="matrix-word">{branch.target_name}</span>
          <span className="unseen">{look.word}</span>
        </button>
      </span>
      <span role="presentation" className="matrix-cells">
        {branch.steps.map((one) => (
          <span role="cell" key={one.number} className={one.number > steps ? 'matrix-step matrix-undo' : 'matrix-step'}>
            <button
              type="button"
              tabIndex={-1}
              className={`cell cell-${statusLook(one.state).tone}${step === one.number ? ' cell-selected' : ''}`}
              title={stepWords(one)}
              aria-label={`${branch.target_name}, ${stepWords(one)}`}
              data-testid="matrix-cell"
              data-state={one.state}
              onClick={() => onSelect(branch.number, one.number)}
            />
          </span>
        ))}
        {missing > 0 ? <span role="presentation" style={{ width: missing * 20 + (missing === undone ? 8 : 0) }} /> : null}
      </span>
    </div>
  );
});
