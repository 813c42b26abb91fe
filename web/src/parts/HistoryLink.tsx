import { useMay } from '../app/session';
import { auditAddress } from '../lib/auditquery';
import { Icon } from './Icon';
import { Link } from './Link';

/** The way to what the audit log says of one thing, in the tools of its row; only for those who may read the log. */
export function HistoryLink({ kind, id, name }: { kind: string; id: string; name: string }) {
  const may = useMay('audit.read');
  if (!may) return null;
  const words = `History of ${name}`;
  return (
    <Link to={auditAddress({ kind, object: id })} className="button button-quiet button-small button-icon" aria-label={words} title={words} data-testid="history-link">
      <Icon name="history" />
    </Link>
  );
}
