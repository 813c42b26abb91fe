import { useEffect } from 'react';
import { Store } from '../lib/store';

/** One step of the way to the page in view. */
export interface Crumb {
  word: string;
  to?: string;
}

/** The way to the page in view, as the screen says it. */
export const crumbs = new Store<Crumb[]>([]);

/** Says where the screen is. */
export function useCrumbs(way: Crumb[]): void {
  const key = JSON.stringify(way);
  useEffect(() => crumbs.set(JSON.parse(key) as Crumb[]), [key]);
}
