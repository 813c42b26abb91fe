import { api } from '../../lib/api';
import { download } from '../../lib/download';
import { Icon } from '../../parts/Icon';
import { Menu } from '../../parts/Menu';

/** Saves what proves a run: signed, so that others can check it without this installation. */
export function EvidenceMenu({ execution }: { execution: string }) {
  const save = (outputs: boolean) => download(api.audit.evidenceAddress(execution, outputs ? { outputs } : {}));
  return (
    <Menu
      name="Evidence"
      testId="run-evidence"
      label={
        <>
          <Icon name="shield" />
          Evidence
        </>
      }
      items={[
        { label: 'Save with hashes of the output', icon: 'download', onSelect: () => save(false), testId: 'evidence-hashes' },
        { label: 'Save with the output itself', icon: 'download', onSelect: () => save(true), testId: 'evidence-outputs' },
      ]}
    />
  );
}
