import { navigate } from '../lib/router';
import { useStore } from '../lib/store';
import { live } from '../live/connection';
import { Icon } from '../parts/Icon';
import { Menu } from '../parts/Menu';
import { theme, zone } from './preferences';
import { signOut, useMe } from './session';
import { overlay } from './shortcuts';

/** Who is signed in, and what concerns this person and this browser. */
export function UserMenu() {
  const me = useMe();
  const chosenTheme = useStore(theme);
  const chosenZone = useStore(zone);
  const leave = () => {
    live.close();
    void signOut().then(() => navigate('/login'));
  };
  return (
    <Menu
      name={`Account of ${me.username}`}
      className="button button-quiet usermenu"
      testId="user-menu"
      label={
        <>
          <Icon name="user" />
          <span className="usermenu-name">{me.display_name || me.username}</span>
        </>
      }
      head={
        <>
          <strong>{me.username}</strong>
          <span className="muted">{me.role}</span>
        </>
      }
      items={[
        { label: 'Light theme', checked: chosenTheme === 'light', onSelect: () => theme.set('light') },
        { label: 'Dark theme', checked: chosenTheme === 'dark', onSelect: () => theme.set('dark') },
        { label: 'Theme of the system', checked: chosenTheme === 'system', onSelect: () => theme.set('system') },
        { label: 'Times in UTC', checked: chosenZone === 'utc', onSelect: () => zone.set(chosenZone === 'utc' ? 'local' : 'utc') },
        { label: 'Keyboard', icon: 'help', onSelect: () => overlay.set('keys') },
        { label: 'Settings', icon: 'settings', onSelect: () => navigate('/settings/sessions') },
        { label: 'Sign out', icon: 'logout', onSelect: leave, testId: 'sign-out' },
      ]}
    />
  );
}
