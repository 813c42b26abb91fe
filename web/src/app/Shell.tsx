import { Suspense } from 'react';
import { match, usePath } from '../lib/router';
import { useStore } from '../lib/store';
import { Skeleton } from '../parts/Skeleton';
import { NotFound } from '../screens/NotFound';
import { Boundary } from './Boundary';
import { KeysDialog } from './KeysDialog';
import { Navigation } from './Navigation';
import { Palette } from './Palette';
import { routes } from './routes';
import { overlay, useShortcuts } from './shortcuts';
import { ToastList } from './ToastList';
import { TopBar } from './TopBar';

/** The frame of every screen behind sign-in. */
export function Shell() {
  useShortcuts();
  const path = usePath();
  const open = useStore(overlay);
  const close = () => overlay.set('none');
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <Navigation />
      <div className="shell-side">
        <TopBar />
        <main id="main" tabIndex={-1}>
          <Boundary key={path}>
            <Suspense
              fallback={
                <div className="page">
                  <Skeleton />
                </div>
              }
            >
              {screenAt(path)}
            </Suspense>
          </Boundary>
        </main>
      </div>
      <ToastList />
      {open === 'palette' ? <Palette onClose={close} /> : null}
      {open === 'keys' ? <KeysDialog onClose={close} /> : null}
    </div>
  );
}

function screenAt(path: string) {
  for (const [pattern, Screen] of routes) {
    const parts = match(pattern, path);
    if (parts) return <Screen {...parts} />;
  }
  return <NotFound />;
}
