import { useMay } from '../../app/session';
import { Tabs } from '../../parts/Tabs';

/** The way between targets, groups and credentials. */
export function TargetsHead({ current }: { current: 'targets' | 'groups' | 'credentials' }) {
  const mayCredentials = useMay('credentials.read');
  return (
    <Tabs
      label="Targets, groups and credentials"
      current={current}
      tabs={[
        { key: 'targets', label: 'Targets', to: '/targets' },
        { key: 'groups', label: 'Groups', to: '/groups' },
        ...(mayCredentials ? [{ key: 'credentials', label: 'Credentials', to: '/credentials' }] : []),
      ]}
    />
  );
}
