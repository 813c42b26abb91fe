import { useEffect, useMemo, useState } from 'react';
import { api } from '../../lib/api';
import type { Target } from '../../lib/api';
import { count, plural } from '../../lib/format';
import { loadAll } from '../../lib/pages';
import { useResource } from '../../lib/resource';
import { Check } from '../../parts/Check';
import { FilterBar } from '../../parts/FilterBar';
import { Icon } from '../../parts/Icon';
import { Skeleton } from '../../parts/Skeleton';
import { StatusWord } from '../../parts/StatusWord';

interface TargetPickerProps {
  filter: string;
  onFilter: (filter: string) => void;
  excluded: Set<string>;
  onExcluded: (excluded: Set<string>) => void;
  /** How many targets the run would have; undefined while it is not known. */
  onCount: (count: number | undefined) => void;
}

const most = 5_000;
const drawn = 300;

/** The filter of a run and exactly what it matches, each target with a tick to leave it out. */
export function TargetPicker({ filter, onFilter, excluded, onExcluded, onCount }: TargetPickerProps) {
  const [draft, setDraft] = useState(filter);
  const vocabulary = useResource('vocabulary', (signal) => api.targets.vocabulary({ signal }));
  useEffect(() => setDraft(filter), [filter]);
  useEffect(() => {
    if (draft.trim() === filter) return undefined;
    const timer = setTimeout(() => onFilter(draft.trim()), 400);
    return () => clearTimeout(timer);
    // Only typing starts the wait.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [draft]);
  const key = filter.trim() === '' ? null : `picker?${filter}`;
  const found = useResource(key, (signal) =>
    loadAll<Target>((cursor, options) => api.targets.list({ filter, limit: 500, ...(cursor ? { cursor } : {}) }, options), most, signal),
  );
  const all = found.value?.items;
  const active = useMemo(() => (all ?? []).filter((target) => target.status === 'active'), [all]);
  const leftOut = useMemo(() => (all ?? []).filter((target) => target.status !== 'active'), [all]);
  const chosen =
    active.filter((target) => !excluded.has(target.id)).length +
    (found.value && !found.value.complete ? found.value.total - found.value.items.length : 0);
  const known = all === undefined || found.problem !== undefined ? undefined : chosen;
  // eslint-disable-next-line react-hooks/exhaustive-deps
  useEffect(() => onCount(known), [known]);
  const toggle = (target: Target, on: boolean) => {
    const next = new Set(excluded);
    if (on) next.delete(target.id);
    else next.add(target.id);
    onExcluded(next);
  };
  const production = active.some((target) => !excluded.has(target.id) && /^prod/i.test(target.environment));
  return (
    <div className="picker">
      <FilterBar
        value={draft}
        vocabulary={vocabulary.value}
        problem={found.problem}
        label="Targets"
        hideChips
        testId="run-targets"
        onDraft={setDraft}
        onApply={(text) => {
          setDraft(text);
          onFilter(text);
        }}
      />
      {key === null ? (
        <p className="muted">
          Write a filter that says which targets to run on, for example <code>env = staging and tag = web</code>, or <code>name = *</code>{' '}
          for all.
        </p>
      ) : null}
      {found.loading && all === undefined && key !== null ? <Skeleton rows={4} /> : null}
      {all ? (
        <div className={found.loading ? 'picker-found table-stale' : 'picker-found'}>
          <p className="picker-count" role="status" data-testid="run-count">
            <strong className="number">{plural(chosen, 'target')}</strong>
            {excluded.size > 0 ? `, ${count(excluded.size)} excluded by hand` : ''}
            {leftOut.length > 0 ? `, ${count(leftOut.length)} left out because of their status` : ''}
          </p>
          {production ? (
            <p className="picker-warning">
              <Icon name="warning" size={14} />
              This includes production.
            </p>
          ) : null}
          <ul className="picker-list" aria-label="Matched targets">
            {active.slice(0, drawn).map((target) => (
              <li key={target.id}>
                <Check checked={!excluded.has(target.id)} onChange={(on) => toggle(target, on)}>
                  <span className="picker-name">{target.name}</span>
                </Check>
                <span className="muted">{target.environment}</span>
              </li>
            ))}
            {leftOut.slice(0, 50).map((target) => (
              <li key={target.id} className="picker-out">
                <span className="picker-name">{target.name}</span>
                <StatusWord state={target.status} />
              </li>
            ))}
          </ul>
          {active.length > drawn ? (
            <p className="muted">{count(active.length - drawn)} more are not listed here; narrow the filter to see them.</p>
          ) : null}
          {!found.value?.complete ? (
            <p className="muted">
              Of {count(found.value?.total ?? 0)} targets the first {count(all.length)} are looked at here.
            </p>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}
