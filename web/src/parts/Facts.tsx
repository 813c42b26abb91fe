import type { ReactNode } from 'react';

/** Names and values in two columns. */
export function Facts({ facts }: { facts: [string, ReactNode][] }) {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name} className="fact">
          <dt>{name}</dt>
          <dd>{value === '' || value === undefined || value === null ? <span className="muted">–</span> : value}</dd>
        </div>
      ))}
    </dl>
  );
}
