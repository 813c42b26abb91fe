// Chromium caps an element's height at 33.5 million pixels, Firefox at about half: taller logs are scrolled to scale.
const tallest = 12_000_000;

/** The height of the scrolled element for so many rows. */
export function scrollHeight(rows: number, rowHeight: number): number {
  return Math.min(rows * rowHeight, tallest);
}

/** Whether a log of so many rows is scrolled to scale, so that its scroll position means another row when it grows. */
export function isScaled(rows: number, rowHeight: number): boolean {
  return rows * rowHeight > tallest;
}

/** The row at the top of the view, with its fraction. */
export function topRow(scrollTop: number, viewHeight: number, rows: number, rowHeight: number): number {
  const height = scrollHeight(rows, rowHeight);
  const travel = height - viewHeight;
  if (travel <= 0) return 0;
  const share = Math.min(1, Math.max(0, scrollTop / travel));
  return share * Math.max(0, rows - viewHeight / rowHeight);
}

/** The scroll position that brings a row to the top of the view. */
export function scrollTopFor(row: number, viewHeight: number, rows: number, rowHeight: number): number {
  const travel = scrollHeight(rows, rowHeight) - viewHeight;
  const last = rows - viewHeight / rowHeight;
  if (travel <= 0 || last <= 0) return 0;
  return Math.min(1, Math.max(0, row / last)) * travel;
}

/** The rows to draw, from first to before last, some more than are seen. */
export function drawnRows(top: number, viewHeight: number, rows: number, rowHeight: number, more = 12): [number, number] {
  const first = Math.max(0, Math.floor(top) - more);
  return [first, Math.min(rows, Math.ceil(top + viewHeight / rowHeight) + more)];
}
