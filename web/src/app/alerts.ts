import { useCallback, useEffect } from 'react';
import { api } from '../lib/api';
import { useRunChanges } from '../lib/repeated';
import { Store, useStore } from '../lib/store';
import { useMay } from './session';

const most = 100;

/** How many alerts nobody takes care of; null before the first answer. */
const open = new Store<number | null>(null);

/** Counts again, such as after an acknowledgement. */
export async function countAlerts(): Promise<void> {
  try {
    open.set((await api.notifications.alerts({ state: 'open', limit: most })).items.length);
  } catch {
    // The screens say when the server is not there; the last count stays.
  }
}

/** How many alerts are open, as the navigation counted last. */
export function useKnownAlerts(): number {
  return useStore(open) ?? 0;
}

/** The count for the navigation: empty when all is well. */
export function useAlertCount(): string {
  const may = useMay('notifications.read');
  const number = useStore(open);
  const count = useCallback(() => {
    if (may) void countAlerts();
  }, [may]);
  useEffect(count, [count]);
  useRunChanges(count, 3000);
  return number === null || number === 0 ? '' : number >= most ? `${most - 1}+` : String(number);
}
