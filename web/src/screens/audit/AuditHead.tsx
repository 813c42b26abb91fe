import { Tabs } from '../../parts/Tabs';

/** The way between the entries and their proof. */
export function AuditHead({ current }: { current: 'entries' | 'chains' }) {
  return (
    <Tabs
      label="Audit log and its proof"
      current={current}
      tabs={[
        { key: 'entries', label: 'Entries', to: '/audit' },
        { key: 'chains', label: 'Chains and proof', to: '/audit/chains' },
      ]}
    />
  );
}
