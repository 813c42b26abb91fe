import { useEffect } from 'react';
import { navigate } from '../lib/router';
import { Store } from '../lib/store';

/** Which of the app's own overlays is open. */
export const overlay = new Store<'none' | 'palette' | 'keys'>('none');

const places: Record<string, string> = {
  o: '/',
  t: '/targets',
  j: '/jobs',
  r: '/runs',
  e: '/schedules',
  w: '/schedules/week',
  a: '/approvals',
  n: '/notifications',
  l: '/audit',
  q: '/queue',
  c: '/command',
  s: '/settings/sessions',
};

function isTyping(event: KeyboardEvent): boolean {
  const element = event.target as HTMLElement | null;
  return (
    element !== null &&
    (element.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) && (element as HTMLInputElement).type !== 'checkbox'))
  );
}

function moveRow(step: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')];
  if (rows.length === 0) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.max(0, Math.min(rows.length - 1, at + step))];
  const inside = next?.querySelector<HTMLElement>('a, button, input');
  inside?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

function tickRow(): void {
  const row = document.activeElement?.closest('[data-row]');
  row?.querySelector<HTMLInputElement>('input[type=checkbox]')?.click();
}

/** The keys that work everywhere. */
export function useShortcuts(): void {
  useEffect(() => {
    let waiting = 0;
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        overlay.set(overlay.get() === 'palette' ? 'none' : 'palette');
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || document.querySelector('dialog[open]')) return;
      if (waiting > 0 && Date.now() - waiting < 1500) {
        waiting = 0;
        const place = places[event.key];
        if (place !== undefined) {
          event.preventDefault();
          navigate(place);
        }
        return;
      }
      if (event.key === 'g') waiting = Date.now();
      else if (event.key === '/') {
        const filter = document.querySelector<HTMLInputElement>('main [data-filter]');
        if (filter) {
          event.preventDefault();
          filter.focus();
          filter.select();
        }
      } else if (event.key === '?') overlay.set('keys');
      else if (event.key === 'j') moveRow(1);
      else if (event.key === 'k') moveRow(-1);
      else if (event.key === 'x') tickRow();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}
