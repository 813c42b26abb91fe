import type { ReactNode } from 'react';

/** What most jobs do without, folded away: it says whether something is set there, and opens where something is wrong. */
export function Fold({
  title,
  isSet,
  isWrong,
  children,
  testId,
}: {
  title: string;
  isSet: boolean;
  isWrong: boolean;
  children: ReactNode;
  testId?: string;
}) {
  return (
    <details className="rules" open={isWrong || undefined} data-testid={testId}>
      <summary>
        {title}
        {isSet ? <span className="tag">set</span> : null}
      </summary>
      <div className="form">{children}</div>
    </details>
  );
}
