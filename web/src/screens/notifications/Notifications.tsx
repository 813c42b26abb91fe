import { useCrumbs } from '../../app/crumbs';
import { useKnownAlerts } from '../../app/alerts';
import { useMay } from '../../app/session';
import { Empty } from '../../parts/Empty';
import { Page } from '../../parts/Page';
import { Tabs } from '../../parts/Tabs';
import { NotFound } from '../NotFound';
import { Alerts } from './Alerts';
import { Channels } from './Channels';
import { Deliveries } from './Deliveries';
import { MailServer } from './MailServer';
import { Routes } from './Routes';

const words: Record<string, string> = { alerts: 'Alerts', routes: 'Routes', channels: 'Channels', mail: 'Mail server', deliveries: 'Deliveries' };

/** What is wrong and who takes care of it; who hears of what, and how; and what became of each message. */
export default function Notifications({ page = 'alerts' }: { page?: string }) {
  const mayRead = useMay('notifications.read');
  const open = useKnownAlerts();
  useCrumbs([{ word: 'Notifications', to: '/notifications' }, { word: words[page] ?? page }]);
  if (!(page in words)) return <NotFound />;
  if (!mayRead)
    return (
      <Page title="Notifications">
        <Empty icon="lock" title="You may not see notifications">
          Ask an administrator for a role that may, or sign in with another account.
        </Empty>
      </Page>
    );
  return (
    <Page title="Notifications" wide>
      <Tabs
        label="Notifications"
        current={page}
        tabs={Object.entries(words).map(([key, label]) => ({
          key,
          label,
          to: key === 'alerts' ? '/notifications' : `/notifications/${key}`,
          count: key === 'alerts' && open > 0 ? open : undefined,
        }))}
      />
      {page === 'routes' ? (
        <Routes />
      ) : page === 'channels' ? (
        <Channels />
      ) : page === 'mail' ? (
        <MailServer />
      ) : page === 'deliveries' ? (
        <Deliveries />
      ) : (
        <Alerts />
      )}
    </Page>
  );
}
