import type { ReactNode } from 'react';
import type { Pages } from '../lib/pages';
import { count, plural } from '../lib/format';
import { Button } from './Button';
import { Check } from './Check';
import { ProblemNote } from './Problem';
import { Skeleton } from './Skeleton';

/** One column of a table. */
export interface Column<T> {
  key: string;
  title: string;
  render: (item: T) => ReactNode;
  className?: string;
  /** Shown on narrow screens too, as the first or second line of a row. */
  narrow?: 'first' | 'second' | 'hide';
}

/** Which rows are chosen: single ones, or everything that matches. */
export interface Selection {
  keys: Set<string>;
  all: boolean;
  change: (keys: Set<string>, all: boolean) => void;
}

interface TableProps<T> {
  label: string;
  columns: Column<T>[];
  rowKey: (item: T) => string;
  rowLabel?: (item: T) => string;
  pages: Pages<T>;
  empty: ReactNode;
  selection?: Selection;
  rowTestId?: string;
  noun: string;
  /** More than one of them, where an s is not enough. */
  nouns?: string;
}

/** A list with a sticky head, rows to choose, and more of it on demand. */
export function Table<T>({ label, columns, rowKey, rowLabel, pages, empty, selection, rowTestId, noun, nouns }: TableProps<T>) {
  const { items, problem, loading } = pages;
  if (problem && items.length === 0) return <ProblemNote problem={problem} retry={pages.reload} />;
  if (loading && items.length === 0) return <Skeleton rows={8} />;
  if (items.length === 0) return <>{empty}</>;
  const shown = items.map(rowKey);
  const every = selection !== undefined && (selection.all || shown.every((key) => selection.keys.has(key)));
  const toggle = (key: string, on: boolean) => {
    if (!selection) return;
    const keys = new Set(selection.all ? shown : selection.keys);
    if (on) keys.add(key);
    else keys.delete(key);
    selection.change(keys, false);
  };
  return (
    <div className={loading ? 'table-box table-stale' : 'table-box'}>
      {problem ? <ProblemNote problem={problem} retry={pages.reload} /> : null}
      {selection && every && !selection.all && pages.total !== undefined && pages.total > items.length ? (
        <div className="table-all">
          {plural(shown.length, noun, nouns)} on this page are selected.{' '}
          <button
            type="button"
            className="textlink"
            data-testid="select-all-matching"
            onClick={() => selection.change(new Set(shown), true)}
          >
            Select all {count(pages.total)} matching
          </button>
        </div>
      ) : null}
      <table className="table" aria-label={label} aria-busy={loading}>
        <thead>
          <tr>
            {selection ? (
              <th scope="col" className="table-check">
                <Check
                  label={`Select all ${nouns ?? `${noun}s`} shown`}
                  checked={every}
                  partly={selection.keys.size > 0}
                  onChange={(on) => selection.change(new Set(on ? shown : []), false)}
                />
              </th>
            ) : null}
            {columns.map((column) => (
              <th key={column.key} scope="col" className={column.className}>
                {column.key === 'tools' ? <span className="unseen">{column.title}</span> : column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => {
            const key = rowKey(item);
            const chosen = selection !== undefined && (selection.all || selection.keys.has(key));
            return (
              <tr key={key} data-row data-testid={rowTestId} className={chosen ? 'row-chosen' : undefined}>
                {selection ? (
                  <td className="table-check">
                    <Check label={`Select ${rowLabel?.(item) ?? key}`} checked={chosen} onChange={(on) => toggle(key, on)} />
                  </td>
                ) : null}
                {columns.map((column) => (
                  <td key={column.key} className={`${column.className ?? ''} narrow-${column.narrow ?? 'second'}`}>
                    {column.render(item)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      <div className="table-foot">
        <span className="muted number" data-testid="table-count">
          {pages.total !== undefined && pages.total !== items.length
            ? `${count(items.length)} of ${plural(pages.total, noun, nouns)}`
            : plural(items.length, noun, nouns)}
        </span>
        {pages.hasMore ? (
          <Button small busy={pages.loadingMore} onClick={pages.more} data-testid="load-more">
            Load more
          </Button>
        ) : null}
      </div>
    </div>
  );
}
