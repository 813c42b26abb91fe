import { useStore } from '../lib/store';
import { Icon } from '../parts/Icon';
import { Link } from '../parts/Link';
import { dismiss, toasts } from './toasts';

/** The messages about what happened elsewhere. */
export function ToastList() {
  const list = useStore(toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {list.map((entry) => (
        <div key={entry.id} className={`toast toast-${entry.tone}`}>
          {entry.to !== undefined ? (
            <Link to={entry.to} onClick={() => dismiss(entry.id)}>
              {entry.text}
            </Link>
          ) : (
            <span>{entry.text}</span>
          )}
          <button type="button" aria-label="Dismiss" onClick={() => dismiss(entry.id)}>
            <Icon name="close" size={14} />
          </button>
        </div>
      ))}
    </div>
  );
}
