/** What the order of a job's steps depends on. */
export interface GraphStep {
  name: string;
  needs?: string[] | undefined;
}

/** The steps, by position, that each step waits for: the one before it unless it says otherwise. Names that do not exist count for nothing. */
export function needsOf(steps: GraphStep[]): number[][] {
  const positions = new Map<string, number>();
  steps.forEach((step, at) => {
    if (!positions.has(step.name)) positions.set(step.name, at);
  });
  return steps.map((step, at) => {
    if (step.needs === undefined) return at > 0 ? [at - 1] : [];
    const found = step.needs.map((name) => positions.get(name)).filter((other): other is number => other !== undefined && other !== at);
    return [...new Set(found)];
  });
}

/** The layer of each step: one more than the deepest that it waits for. A circle is cut where it closes. */
export function layersOf(needs: number[][]): number[] {
  const layers: (number | undefined)[] = needs.map(() => undefined);
  const open = new Set<number>();
  const depth = (at: number): number => {
    const known = layers[at];
    if (known !== undefined) return known;
    if (open.has(at)) return -1;
    open.add(at);
    const found = Math.max(-1, ...(needs[at] ?? []).map(depth)) + 1;
    open.delete(at);
    layers[at] = found;
    return found;
  };
  return needs.map((_, at) => depth(at));
}

/** The size of a node and the room between nodes, in pixels. */
export interface GraphMeasures {
  width: number;
  height: number;
  gap: number;
  row: number;
}

/** A line from a step to one that waits for it. */
export interface GraphEdge {
  from: number;
  to: number;
  path: string;
}

/** Where everything stands. */
export interface GraphLayout {
  places: { x: number; y: number }[];
  edges: GraphEdge[];
  width: number;
  height: number;
}

interface Slot {
  layer: number;
  before: Slot[];
  after: Slot[];
  order: number;
}

/** Steps in layers from left to right; lines that pass a layer get a place of their own in it, so that they cross no step. */
export function layOut(needs: number[][], { width, height, gap, row }: GraphMeasures): GraphLayout {
  const layers = layersOf(needs);
  const columns: Slot[][] = Array.from({ length: Math.max(0, ...layers) + 1 }, () => []);
  const put = (layer: number): Slot => {
    const slot: Slot = { layer, before: [], after: [], order: columns[layer]?.length ?? 0 };
    columns[layer]?.push(slot);
    return slot;
  };
  const slots = layers.map(put);
  const ways: { from: number; to: number; slots: Slot[] }[] = [];
  needs.forEach((all, to) => {
    for (const from of all) {
      const [start, end] = [slots[from], slots[to]];
      if (!start || !end || start.layer >= end.layer) continue;
      const way = [start];
      for (let layer = start.layer + 1; layer < end.layer; layer += 1) way.push(put(layer));
      way.push(end);
      way.forEach((slot, at) => {
        const next = way[at + 1];
        if (!next) return;
        slot.after.push(next);
        next.before.push(slot);
      });
      ways.push({ from, to, slots: way });
    }
  });
  untangle(columns);
  const most = Math.max(1, ...columns.map((column) => column.length));
  const x = (slot: Slot) => slot.layer * (width + gap);
  const y = (slot: Slot) => (slot.order + (most - (columns[slot.layer]?.length ?? 1)) / 2) * row;
  const line = (points: [number, number][]): string => {
    const parts: string[] = [];
    points.forEach(([left, middle], at) => {
      const next = points[at + 1];
      if (at === 0) parts.push(`M${left + width} ${middle}`);
      else if (next) parts.push(`H${left + width}`);
      if (next) {
        const [start, end] = [left + width, next[0]];
        const turn = (start + end) / 2;
        parts.push(`C${turn} ${middle} ${turn} ${next[1]} ${end} ${next[1]}`);
      }
    });
    return parts.join('');
  };
  return {
    places: slots.map((slot) => ({ x: x(slot), y: y(slot) })),
    edges: ways.map((way) => ({ from: way.from, to: way.to, path: line(way.slots.map((slot) => [x(slot), y(slot) + height / 2])) })),
    width: columns.length * (width + gap) - gap,
    height: (most - 1) * row + height,
  };
}

/** Orders each layer by where its neighbours stand, forth and back a few times. */
function untangle(columns: Slot[][]): void {
  const arrange = (column: Slot[], side: 'before' | 'after') => {
    const wish = new Map<Slot, number>();
    for (const slot of column) {
      const others = slot[side];
      wish.set(slot, others.length > 0 ? others.reduce((sum, other) => sum + share(other), 0) / others.length : share(slot));
    }
    column.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0) || a.order - b.order);
    column.forEach((slot, at) => (slot.order = at));
  };
  const share = (slot: Slot) => (slot.order + 0.5) / (columns[slot.layer]?.length ?? 1);
  for (let round = 0; round < 4; round += 1) {
    for (const column of columns) arrange(column, 'before');
    for (const column of [...columns].reverse()) arrange(column, 'after');
  }
}
