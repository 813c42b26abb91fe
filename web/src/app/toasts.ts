import { Store } from '../lib/store';

/** A short message about something that happened elsewhere. */
export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'succeeded' | 'failed';
  to?: string;
}

/** The messages in view. */
export const toasts = new Store<Toast[]>([]);
let next = 0;

/** Shows a message for a few seconds. */
export function toast(text: string, tone: Toast['tone'] = 'plain', to?: string): void {
  const entry: Toast = to === undefined ? { id: (next += 1), text, tone } : { id: (next += 1), text, tone, to };
  toasts.set([...toasts.get(), entry].slice(-4));
  setTimeout(() => dismiss(entry.id), 8000);
}

/** Takes a message away. */
export function dismiss(id: number): void {
  toasts.set(toasts.get().filter((entry) => entry.id !== id));
}
