import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';

/** What most jobs do without, folded away: it says whether something is set there, and opens where something is wrong. It stays open when that is right again. */
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
  const [isOpen, setOpen] = useState(isWrong);
  useEffect(() => {
    if (isWrong) setOpen(true);
  }, [isWrong]);
  return (
    <details className="rules" open={isOpen} data-testid={testId} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {title}
        {isSet ? <span className="tag">set</span> : null}
      </summary>
      <div className="form">{children}</div>
    </details>
  );
}
