import { lazy, Suspense, useEffect } from 'react';
import { navigate, usePath } from '../lib/router';
import { useStore } from '../lib/store';
import { ProblemNote } from '../parts/Problem';
import { Skeleton } from '../parts/Skeleton';
import { session, startSession } from './session';
import { Shell } from './Shell';

const Login = lazy(() => import('../screens/entry/Login'));
const SetUp = lazy(() => import('../screens/entry/SetUp'));
const Redeem = lazy(() => import('../screens/entry/Redeem'));

/** Decides between the screens before sign-in and the app itself. */
export function App() {
  const now = useStore(session);
  const path = usePath();
  useEffect(() => void startSession(), []);
  const isEntry = path === '/login' || path === '/setup' || path === '/redeem';
  const goesToLogin = now.phase === 'out' && !isEntry;
  useEffect(() => {
    if (!goesToLogin) return;
    const here = location.pathname + location.search + location.hash;
    navigate(here === '/' ? '/login' : `/login?next=${encodeURIComponent(here)}`, { replace: true });
  }, [goesToLogin]);
  if (now.phase === 'starting')
    return (
      <div className="entry">
        <Skeleton rows={3} />
      </div>
    );
  if (now.phase === 'broken')
    return (
      <div className="entry">
        <ProblemNote problem={now.problem} retry={() => void startSession()} />
      </div>
    );
  if (path === '/setup')
    return (
      <Suspense fallback={null}>
        <SetUp />
      </Suspense>
    );
  if (path === '/redeem')
    return (
      <Suspense fallback={null}>
        <Redeem />
      </Suspense>
    );
  if (path === '/login' || now.phase === 'out')
    return (
      <Suspense fallback={null}>
        <Login />
      </Suspense>
    );
  return <Shell />;
}
