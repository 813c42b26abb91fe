/** One line of a comparison. */
export interface DiffLine {
  kind: 'same' | 'added' | 'removed';
  text: string;
  before?: number;
  after?: number;
}

/** The lines that turn `before` into `after`, by the longest common subsequence. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before.split('\n');
  const b = after.split('\n');
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const lines: DiffLine[] = [];
  const same = (i: number, j: number) => lines.push({ kind: 'same', text: a[i] ?? '', before: i + 1, after: j + 1 });
  for (let i = 0; i < head; i += 1) same(i, i);
  middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail), head, lines);
  for (let i = tail; i > 0; i -= 1) same(a.length - i, b.length - i);
  return lines;
}

function middle(a: string[], b: string[], offset: number, lines: DiffLine[]): void {
  const width = b.length + 1;
  if (a.length * width > 25_000_000) {
    a.forEach((text, i) => lines.push({ kind: 'removed', text, before: offset + i + 1 }));
    b.forEach((text, j) => lines.push({ kind: 'added', text, after: offset + j + 1 }));
    return;
  }
  const longest = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] =
        a[i] === b[j]
          ? (longest[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(longest[(i + 1) * width + j] ?? 0, longest[i * width + j + 1] ?? 0);
    }
  }
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const down = longest[(i + 1) * width + j] ?? 0;
    const right = longest[i * width + j + 1] ?? 0;
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: 'same', text: a[i] ?? '', before: offset + i + 1, after: offset + j + 1 });
      i += 1;
      j += 1;
    } else if (i < a.length && (j === b.length || down >= right)) {
      lines.push({ kind: 'removed', text: a[i] ?? '', before: offset + i + 1 });
      i += 1;
    } else {
      lines.push({ kind: 'added', text: b[j] ?? '', after: offset + j + 1 });
      j += 1;
    }
  }
}

/** Where a comparison is cut: unchanged stretches longer than twice `around` shrink to a gap. */
export type DiffPart = { kind: 'lines'; lines: DiffLine[] } | { kind: 'gap'; count: number };

/** The changed places with some lines around each. */
export function hunks(lines: DiffLine[], around = 3): DiffPart[] {
  const keep = new Uint8Array(lines.length);
  lines.forEach((line, at) => {
    if (line.kind === 'same') return;
    for (let near = Math.max(0, at - around); near <= Math.min(lines.length - 1, at + around); near += 1) keep[near] = 1;
  });
  const parts: DiffPart[] = [];
  for (let at = 0; at < lines.length; ) {
    const start = at;
    while (at < lines.length && keep[at] === keep[start]) at += 1;
    if (keep[start] === 1) parts.push({ kind: 'lines', lines: lines.slice(start, at) });
    else parts.push({ kind: 'gap', count: at - start });
  }
  return parts;
}
