import type { DifferenceLine } from '../lib/api';
import { count } from '../lib/format';

const signs = { same: ' ', added: '+', removed: '-', gap: '' };

/** A comparison that the server made, line by line; what was added and removed is marked by sign and colour. */
export function DifferenceView({ lines, label }: { lines: DifferenceLine[]; label: string }) {
  if (lines.length === 0) return <p className="muted">The outputs are the same.</p>;
  return (
    <div className="diff diff-short" role="region" aria-label={label} tabIndex={0} data-testid="difference">
      {lines.map((line, at) =>
        line.kind === 'gap' ? (
          <div key={at} className="diff-gap">
            {count(line.count ?? 0)} unchanged {line.count === 1 ? 'line' : 'lines'}
          </div>
        ) : (
          <div key={at} className={`diff-line diff-${line.kind}`}>
            <span className="diff-number">{line.before ?? ''}</span>
            <span className="diff-number">{line.after ?? ''}</span>
            <span className="diff-sign" aria-label={line.kind === 'same' ? undefined : line.kind}>
              {signs[line.kind]}
            </span>
            <span className="diff-text">{line.text}</span>
          </div>
        ),
      )}
    </div>
  );
}
