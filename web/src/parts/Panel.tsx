import type { ReactNode } from 'react';

/** A bordered part of a page with its heading. */
export function Panel({
  title,
  actions,
  children,
  flush = false,
}: {
  title?: string;
  actions?: ReactNode;
  children: ReactNode;
  flush?: boolean;
}) {
  return (
    <section className={flush ? 'panel panel-flush' : 'panel'}>
      {title !== undefined || actions ? (
        <div className="panel-head">
          {title !== undefined ? <h2>{title}</h2> : <span />}
          {actions ? <div className="panel-actions">{actions}</div> : null}
        </div>
      ) : null}
      {children}
    </section>
  );
}
