import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { drawnRows, isScaled, scrollHeight, scrollTopFor, topRow } from '../../live/window';

/** The height of a row in pixels; the style sheet says the same. */
export const rowHeight = 18;

/** Where a log is scrolled to, and which rows to draw. */
export interface LogScroll {
  box: RefObject<HTMLDivElement>;
  height: number;
  first: number;
  last: number;
  /** Where the drawn rows begin, in pixels. */
  offset: number;
  top: number;
  viewHeight: number;
  atEnd: boolean;
  follow: boolean;
  setFollow: (follow: boolean) => void;
  /** Brings a row to a third of the view and stops to follow. */
  reveal: (row: number) => void;
  onScroll: () => void;
}

/** Scrolls a log of any length; following stops when somebody scrolls up and goes on at the end. */
export function useLogScroll(rows: number, version: number, followsAtFirst: boolean): LogScroll {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 400 });
  const [follow, setFollowing] = useState(followsAtFirst);
  const before = useRef(0);
  const wanted = useRef<number | null>(null);
  const topmost = useRef(0);
  const known = useRef(rows);

  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const measure = () => setView((old) => ({ ...old, height: element.clientHeight }));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);

  const place = useCallback((top: number, of: number) => {
    const element = box.current;
    if (!element) return;
    element.scrollTop = top;
    before.current = element.scrollTop;
    topmost.current = topRow(element.scrollTop, element.clientHeight, of, rowHeight);
    setView({ top: element.scrollTop, height: element.clientHeight });
  }, []);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (wanted.current !== null) {
      const row = wanted.current;
      wanted.current = null;
      place(scrollTopFor(Math.max(0, row - element.clientHeight / rowHeight / 3), element.clientHeight, rows, rowHeight), rows);
    } else if (follow) place(element.scrollHeight, rows);
    else if (rows !== known.current && isScaled(rows, rowHeight))
      place(scrollTopFor(topmost.current, element.clientHeight, rows, rowHeight), rows);
    known.current = rows;
  }, [rows, version, follow, view.height, place]);

  const onScroll = useCallback(() => {
    const element = box.current;
    if (!element) return;
    const top = element.scrollTop;
    const isEnd = top + element.clientHeight >= element.scrollHeight - 4;
    if (top < before.current - 1 && !isEnd) setFollowing(false);
    else if (isEnd && top > before.current + 1) setFollowing(true);
    before.current = top;
    topmost.current = topRow(top, element.clientHeight, known.current, rowHeight);
    setView({ top, height: element.clientHeight });
  }, []);

  const setFollow = useCallback((next: boolean) => setFollowing(next), []);
  const reveal = useCallback(
    (row: number) => {
      setFollowing(false);
      const element = box.current;
      if (!element) {
        wanted.current = row;
        return;
      }
      place(scrollTopFor(Math.max(0, row - element.clientHeight / rowHeight / 3), element.clientHeight, rows, rowHeight), rows);
    },
    [rows, place],
  );

  const top = topRow(view.top, view.height, rows, rowHeight);
  const [first, last] = drawnRows(top, view.height, rows, rowHeight);
  const height = scrollHeight(rows, rowHeight);
  return {
    box,
    height,
    first,
    last,
    offset: view.top - (top - first) * rowHeight,
    top,
    viewHeight: view.height,
    atEnd: view.top + view.height >= height - 4,
    follow,
    setFollow,
    reveal,
    onScroll,
  };
}
