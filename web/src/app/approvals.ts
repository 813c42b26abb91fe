import { useCallback, useEffect } from 'react';
import { api } from '../lib/api';
import { useRunChanges } from '../lib/repeated';
import { Store, useStore } from '../lib/store';

const most = 100;

/** How many decisions wait for the signed-in user; null before the first answer. */
const waiting = new Store<number | null>(null);

/** Counts again, such as after a decision. */
export async function countApprovals(): Promise<void> {
  try {
    const page = await api.executions.approvals({ limit: most });
    waiting.set(page.items.filter((approval) => approval.may_decide).length);
  } catch {
    // The screens say when the server is not there; the last count stays.
  }
}

/** How many decisions wait for the signed-in user, as the navigation counted last. */
export function useKnownApprovals(): number {
  return useStore(waiting) ?? 0;
}

/** The count for the navigation: empty when there is nothing to decide. */
export function useApprovalCount(): string {
  const number = useStore(waiting);
  const count = useCallback(() => void countApprovals(), []);
  useEffect(count, [count]);
  useRunChanges(count, 3000);
  return number === null || number === 0 ? '' : number >= most ? `${most - 1}+` : String(number);
}
