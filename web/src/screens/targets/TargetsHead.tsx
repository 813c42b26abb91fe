import { useMay } from '../../app/session';
import { Tabs } from '../../parts/Tabs';

/** The way between targets, groups, discovery and credentials. */
export function TargetsHead({ current }: { current: 'targets' | 'groups' | 'credentials' | 'discovery' }) {
  const mayCredentials = useMay('credentials.read');
  const mayDiscovery = useMay('discovery.read');
  return (
    <Tabs
      label="Targets, groups, discovery and credentials"
      current={current}
      tabs={[
        { key: 'targets', label: 'Targets', to: '/targets' },
        { key: 'groups', label: 'Groups', to: '/groups' },
        ...(mayDiscovery ? [{ key: 'discovery', label: 'Discovery', to: '/targets/discovery' }] : []),
        ...(mayCredentials ? [{ key: 'credentials', label: 'Credentials', to: '/credentials' }] : []),
      ]}
    />
  );
}
