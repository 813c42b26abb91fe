import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { useConfig } from '../../app/session';

/** The frame of the screens before sign-in. */
export function EntryFrame({ title, children }: { title: string; children: ReactNode }) {
  const config = useConfig();
  useEffect(() => {
    document.title = `${title} · OpsConductor`;
  }, [title]);
  return (
    <main className="entry">
      <div className="entry-box">
        <p className="entry-brand">{config?.product ?? 'OpsConductor'}</p>
        <h1>{title}</h1>
        {children}
      </div>
      {config ? <p className="entry-version">Version {config.version}</p> : null}
    </main>
  );
}
