import { useEffect } from 'react';
import type { ReactNode } from 'react';

interface PageProps {
  title: string;
  heading?: ReactNode;
  detail?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  wide?: boolean;
}

/** The frame of a screen: title, what can be done, content. */
export function Page({ title, heading, detail, actions, children, wide = false }: PageProps) {
  useEffect(() => {
    document.title = `${title} · OpsConductor`;
  }, [title]);
  return (
    <div className={wide ? 'page page-wide' : 'page'}>
      <header className="page-head">
        <div className="page-title">
          <h1>{heading ?? title}</h1>
          {detail ? <div className="page-detail">{detail}</div> : null}
        </div>
        {actions ? <div className="page-actions">{actions}</div> : null}
      </header>
      {children}
    </div>
  );
}
