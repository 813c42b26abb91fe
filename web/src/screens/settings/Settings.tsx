import { useCrumbs } from '../../app/crumbs';
import { useMay } from '../../app/session';
import { Page } from '../../parts/Page';
import { Tabs } from '../../parts/Tabs';
import { NotFound } from '../NotFound';
import { Appearance } from './Appearance';
import { Guard } from './Guard';
import { HealthPolicies } from './HealthPolicies';
import { Password } from './Password';
import { Sessions } from './Sessions';
import { Storage } from './Storage';
import { Tokens } from './Tokens';
import { Users } from './Users';

const words: Record<string, string> = {
  sessions: 'Sessions',
  tokens: 'Personal tokens',
  users: 'Users',
  guard: 'Guard',
  health: 'Health checks',
  storage: 'Storage',
  password: 'Password',
  appearance: 'Appearance',
};

/** What concerns the signed-in person, and for administrators the others. */
export default function Settings({ page = 'sessions' }: { page?: string }) {
  const seesUsers = useMay('users.read');
  useCrumbs([{ word: 'Settings', to: '/settings/sessions' }, { word: words[page] ?? page }]);
  const pages = ['sessions', 'tokens', ...(seesUsers ? ['users'] : []), 'guard', 'health', 'storage', 'password', 'appearance'];
  if (!pages.includes(page)) return <NotFound />;
  return (
    <Page title="Settings">
      <Tabs label="Settings" current={page} tabs={pages.map((key) => ({ key, label: words[key] ?? key, to: `/settings/${key}` }))} />
      {page === 'sessions' ? (
        <Sessions />
      ) : page === 'tokens' ? (
        <Tokens />
      ) : page === 'users' ? (
        <Users />
      ) : page === 'guard' ? (
        <Guard />
      ) : page === 'health' ? (
        <HealthPolicies />
      ) : page === 'storage' ? (
        <Storage />
      ) : page === 'password' ? (
        <Password />
      ) : (
        <Appearance />
      )}
    </Page>
  );
}
