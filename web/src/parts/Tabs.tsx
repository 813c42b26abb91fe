import { Link } from './Link';

/** One tab; its address carries the choice. */
export interface Tab {
  key: string;
  label: string;
  to: string;
  count?: number | undefined;
}

/** Views of one thing, each with its own address. */
export function Tabs({ tabs, current, label }: { tabs: Tab[]; current: string; label: string }) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <Link
          key={tab.key}
          to={tab.to}
          className="tab"
          aria-current={tab.key === current ? 'page' : undefined}
          data-testid={`tab-${tab.key}`}
        >
          {tab.label}
          {tab.count !== undefined ? <span className="tab-count number">{tab.count}</span> : null}
        </Link>
      ))}
    </nav>
  );
}
