import { Preference } from '../lib/store';

/** Light, dark, or what the system says. */
export const theme = new Preference<'light' | 'dark' | 'system'>('theme', 'system', ['light', 'dark', 'system']);
/** The zone in which times are written. */
export const zone = new Preference<'local' | 'utc'>('zone', 'local', ['local', 'utc']);
/** Whether the navigation shows icons only. */
export const navigation = new Preference<'wide' | 'narrow'>('navigation', 'wide', ['wide', 'narrow']);

/** Keeps the page in the chosen theme. */
export function watchTheme(): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    const chosen = theme.get();
    document.documentElement.dataset['theme'] = chosen === 'system' ? (system.matches ? 'dark' : 'light') : chosen;
  };
  theme.subscribe(apply);
  system.addEventListener('change', apply);
  apply();
}
