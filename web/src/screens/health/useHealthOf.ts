import { useRef } from 'react';
import { api } from '../../lib/api';
import type { Target, TargetHealth } from '../../lib/api';
import { byNames } from '../../lib/filter';
import { useResource } from '../../lib/resource';
import { useNow } from '../../parts/Time';

const longest = 3_500;
const each = 100;

/** Names in portions whose filter is not too long. */
export function portions(names: string[]): string[][] {
  const all: string[][] = [];
  let [part, length] = [[] as string[], 0];
  for (const name of names) {
    if (part.length > 0 && (part.length >= each || length + name.length + 6 > longest)) {
      all.push(part);
      [part, length] = [[], 0];
    }
    part.push(name);
    length += name.length + 6;
  }
  if (part.length > 0) all.push(part);
  return all;
}

/** How the targets in view are doing, by id; asked again every half minute. */
export function useHealthOf(targets: Target[], isWanted: boolean): Map<string, TargetHealth> {
  const round = Math.floor(useNow(isWanted) / 30_000);
  const names = targets.map((target) => target.name);
  const found = useResource(isWanted && names.length > 0 ? `health-of/${names.join('\n')}/${round}` : null, async (signal) => {
    const pages = await Promise.all(
      portions(names).map((part) => api.targets.health({ filter: byNames(part), limit: 500 }, { signal })),
    );
    return new Map(pages.flatMap((page) => page.items).map((one) => [one.target, one]));
  });
  // What was known stays in view while it is asked again.
  const known = useRef(new Map<string, TargetHealth>());
  if (found.value) known.current = found.value;
  return known.current;
}
