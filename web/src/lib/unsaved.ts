import { useEffect } from 'react';
import { guardLeaving } from './router';

/** Asks before a page with unsaved changes is left, inside the app or out of it. */
export function useUnsaved(changed: boolean, question: string): void {
  useEffect(() => {
    if (!changed) return undefined;
    const stay = (event: BeforeUnloadEvent) => {
      event.preventDefault();
      event.returnValue = '';
    };
    addEventListener('beforeunload', stay);
    const free = guardLeaving(() => confirm(question));
    return () => {
      removeEventListener('beforeunload', stay);
      free();
    };
  }, [changed, question]);
}
