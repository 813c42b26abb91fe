import { useMemo } from 'react';
import { diffLines, hunks } from '../lib/diff';

/** Two texts compared line by line; what was added and removed is marked by sign and colour. */
export function DiffView({ before, after, label }: { before: string; after: string; label: string }) {
  const parts = useMemo(() => hunks(diffLines(before, after)), [before, after]);
  if (before === after) return <p className="muted">The two are the same.</p>;
  const signs = { same: ' ', added: '+', removed: '-' };
  return (
    <div className="diff" role="region" aria-label={label} tabIndex={0} data-testid="diff">
      {parts.map((part, at) =>
        part.kind === 'gap' ? (
          <div key={at} className="diff-gap">
            {part.count} unchanged lines
          </div>
        ) : (
          part.lines.map((line, row) => (
            <div key={`${at}.${row}`} className={`diff-line diff-${line.kind}`}>
              <span className="diff-number">{line.before ?? ''}</span>
              <span className="diff-number">{line.after ?? ''}</span>
              <span className="diff-sign" aria-label={line.kind === 'same' ? undefined : line.kind}>
                {signs[line.kind]}
              </span>
              <span className="diff-text">{line.text}</span>
            </div>
          ))
        ),
      )}
    </div>
  );
}
