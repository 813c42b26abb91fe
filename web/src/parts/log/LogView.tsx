import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Log } from '../../live/pagedlog';
import type { Query } from '../../live/search';
import { count } from '../../lib/format';
import { navigate, useAddress, withQuery } from '../../lib/router';
import { Icon } from '../Icon';
import { LogLine } from './LogLine';
import { LogTools } from './LogTools';
import { useLogScroll } from './useLogScroll';
import { useLogSearch } from './useLogSearch';

interface LogViewProps {
  store: Log;
  /** All of it that there is at the moment has been read. */
  complete: boolean;
  download: string;
  /** Bring this step into view. */
  step: number | null;
  none: string;
}

/** The number of a `#L123` link. */
export function lineOf(address: string): number | null {
  const found = /#L(\d+)$/.exec(address);
  return found ? Number(found[1]) : null;
}

/** The output of a branch: only the rows in view are drawn, however long it is. */
export function LogView({ store, complete, download, step, none }: LogViewProps) {
  const version = useSyncExternalStore(store.subscribe, store.snapshot);
  const address = useAddress();
  const line = lineOf(address);
  const rows = store.size;
  const input = useRef<HTMLInputElement>(null);
  const [wrap, setWrap] = useState(false);
  const [query, setQuery] = useState<Query>(() => ({
    text: new URLSearchParams(location.search).get('find') ?? '',
    regex: false,
    caseSensitive: false,
  }));
  const scroll = useLogScroll(rows, version, line === null && step === null);
  const search = useLogSearch(store, version, query, () => Math.floor(scroll.top));
  const [seen, setSeen] = useState(0);

  const counted = useRef(false);
  useEffect(() => {
    if (scroll.follow || !counted.current) setSeen(store.lines);
    counted.current ||= complete;
  }, [scroll.follow, version, store, complete]);
  const hit = search.at >= 0 ? (search.rows[search.at] ?? null) : null;
  const { reveal } = scroll;
  useEffect(() => {
    if (hit !== null) reveal(hit);
  }, [hit, search.at]); // eslint-disable-line react-hooks/exhaustive-deps

  const hasLine = line !== null && (store.lines >= line || complete);
  useEffect(() => {
    if (line === null || !hasLine) return;
    void store.rowOfLine(line).then((row) => {
      if (row >= 0) reveal(row);
    });
  }, [line, hasLine, store]); // eslint-disable-line react-hooks/exhaustive-deps
  useEffect(() => {
    if (step === null || line !== null || !complete) return;
    void store.rowOfStep(step).then((row) => {
      if (row >= 0) reveal(row + 4);
    });
  }, [step, complete, store]); // eslint-disable-line react-hooks/exhaustive-deps

  useEffect(() => {
    const find = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'f' || event.shiftKey || event.altKey) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    addEventListener('keydown', find);
    return () => removeEventListener('keydown', find);
  }, []);
  useEffect(() => {
    const timer = setTimeout(() => {
      const next = withQuery(location.search, { find: query.text });
      if (next !== location.search) navigate(location.pathname + next + location.hash, { replace: true });
    }, 400);
    return () => clearTimeout(timer);
  }, [query.text]);

  const link = (number: number) => {
    scroll.setFollow(false);
    navigate(location.pathname + location.search + `#L${number}`, { replace: true });
  };
  const drawn = [];
  const [first, last] =
    wrap && scroll.atEnd
      ? [Math.max(0, rows - Math.ceil(scroll.viewHeight / 18) - 1), rows]
      : [wrap ? Math.floor(scroll.top) : scroll.first, scroll.last];
  for (let index = first; index < last; index += 1) {
    const row = store.row(index);
    drawn.push(
      <LogLine
        key={index}
        row={row}
        index={index}
        pattern={search.pattern}
        current={index === hit}
        marked={row !== null && row.line !== 0 && row.line === line}
        onLink={link}
      />,
    );
  }
  const fresh = store.lines - seen;
  const offset = wrap ? scroll.offset + (first - scroll.first) * 18 : scroll.offset;
  return (
    <section className="log" aria-label="Output">
      <LogTools
        ref={input}
        query={query}
        onQuery={setQuery}
        search={search}
        lines={store.lines}
        wrap={wrap}
        onWrap={setWrap}
        follow={scroll.follow}
        onFollow={() => scroll.setFollow(!scroll.follow)}
        download={download}
        onLeave={() => scroll.box.current?.focus()}
      />
      <div
        ref={scroll.box}
        className={wrap ? 'log-box log-wrap' : 'log-box'}
        tabIndex={0}
        role="region"
        aria-label="Lines of output"
        onScroll={scroll.onScroll}
        data-testid="log-box"
      >
        <div className="log-all" style={{ height: scroll.height }}>
          <div className="log-rows" style={wrap && scroll.atEnd ? { bottom: 0 } : { transform: `translateY(${offset}px)` }}>
            {drawn}
          </div>
        </div>
        {rows === 0 && complete ? <p className="log-none muted">{none}</p> : null}
        {rows === 0 && !complete ? (
          <p className="log-none muted" role="status">
            Loading the output
          </p>
        ) : null}
      </div>
      {!scroll.follow && fresh > 0 ? (
        <button type="button" className="log-new" onClick={() => scroll.setFollow(true)} data-testid="log-new">
          <Icon name="follow" size={14} />
          {count(fresh)} new {fresh === 1 ? 'line' : 'lines'}
        </button>
      ) : null}
    </section>
  );
}
