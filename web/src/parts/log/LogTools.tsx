import { forwardRef } from 'react';
import type { KeyboardEvent } from 'react';
import { count, plural } from '../../lib/format';
import type { Query } from '../../live/search';
import { Button } from '../Button';
import { Icon } from '../Icon';
import type { SearchState } from './useLogSearch';

interface LogToolsProps {
  query: Query;
  onQuery: (query: Query) => void;
  search: SearchState;
  lines: number;
  wrap: boolean;
  onWrap: (wrap: boolean) => void;
  follow: boolean;
  onFollow: () => void;
  download: string;
  onLeave: () => void;
}

/** Search, wrap, follow and download of a log. */
export const LogTools = forwardRef<HTMLInputElement, LogToolsProps>(function LogTools(
  { query, onQuery, search, lines, wrap, onWrap, follow, onFollow, download, onLeave },
  ref,
) {
  const keys = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      search.move(event.shiftKey ? -1 : 1);
    }
    if (event.key === 'Escape') {
      event.preventDefault();
      onQuery({ ...query, text: '' });
      onLeave();
    }
  };
  const found =
    query.text === ''
      ? plural(lines, 'line')
      : search.wrong
        ? 'not a regular expression'
        : search.rows.length === 0
          ? search.busy
            ? 'searching'
            : 'no hit'
          : `${count(Math.max(0, search.at) + 1)} of ${count(search.rows.length)}${search.full ? ' or more' : search.busy ? ', searching' : ''}`;
  return (
    <div className="logtools">
      <div className={search.wrong ? 'searchbox searchbox-wrong' : 'searchbox'}>
        <Icon name="search" />
        <input
          ref={ref}
          type="text"
          value={query.text}
          placeholder="Search in the output"
          aria-label="Search in the output"
          aria-invalid={search.wrong ? true : undefined}
          spellCheck={false}
          data-testid="log-search"
          onChange={(event) => onQuery({ ...query, text: event.target.value })}
          onKeyDown={keys}
        />
        <button
          type="button"
          className="logtools-switch"
          aria-pressed={query.caseSensitive}
          title="Upper and lower case differ"
          aria-label="Upper and lower case differ"
          onClick={() => onQuery({ ...query, caseSensitive: !query.caseSensitive })}
        >
          Aa
        </button>
        <button
          type="button"
          className="logtools-switch"
          aria-pressed={query.regex}
          title="Regular expression"
          aria-label="Regular expression"
          onClick={() => onQuery({ ...query, regex: !query.regex })}
        >
          .*
        </button>
      </div>
      <span className="logtools-count number" role="status" data-testid="log-count" title={search.wrong ?? undefined}>
        {found}
      </span>
      <Button
        small
        kind="quiet"
        icon="up"
        aria-label="Previous hit"
        disabled={search.rows.length === 0}
        onClick={() => search.move(-1)}
        data-testid="log-previous"
      />
      <Button
        small
        kind="quiet"
        icon="down"
        aria-label="Next hit"
        disabled={search.rows.length === 0}
        onClick={() => search.move(1)}
        data-testid="log-next"
      />
      <span className="logtools-gap" />
      <Button
        small
        kind="quiet"
        icon="follow"
        aria-label="Follow the end"
        aria-pressed={follow}
        onClick={onFollow}
        data-testid="log-follow"
      />
      <Button
        small
        kind="quiet"
        icon="wrap"
        aria-label="Wrap long lines"
        aria-pressed={wrap}
        onClick={() => onWrap(!wrap)}
        data-testid="log-wrap"
      />
      <a
        className="button button-quiet button-small button-icon"
        href={download}
        download
        title="Download as text"
        aria-label="Download as text"
        data-testid="log-download"
      >
        <Icon name="download" />
      </a>
    </div>
  );
});
