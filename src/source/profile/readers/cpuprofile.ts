/** V8's `.cpuprofile`: a tree of call frames, and per sample the node it ended in. */
import type { StackTree } from '../stack-tree.ts';
import { isRecord, listOf } from '../../../model/json-value.ts';
import type { ReadCounts } from './reader.ts';

/** V8's names for what is no function of the program. */
const META = new Set(['(root)', '(program)', '(garbage collector)']);

export function readCpuProfile(profile: Record<string, unknown>, stacks: StackTree): ReadCounts {
  const places = new Map<number, { name: string; parent: number | null }>();
  const nodes = listOf(profile['nodes']).filter(isRecord);
  for (const node of nodes) {
    const frame = isRecord(node['callFrame']) ? node['callFrame'] : {};
    const parent = places.get(Number(node['id']))?.parent ?? null;
    places.set(Number(node['id']), { name: nameOf(frame), parent });
    for (const child of listOf(node['children'])) {
      places.set(Number(child), {
        name: '',
        ...places.get(Number(child)),
        parent: Number(node['id']),
      });
    }
  }
  const ends = new Map<number, number>();
  const nodeOf = (id: number, depth = 0): number => {
    const known = ends.get(id);
    const place = places.get(id);
    if (known !== undefined || place === undefined || depth > 2000) return known ?? 0;
    const above = place.parent === null ? 0 : nodeOf(place.parent, depth + 1);
    const end = META.has(place.name) ? above : stacks.below(above, stacks.frame(place.name));
    ends.set(id, end);
    return end;
  };
  let samples = 0;
  let skipped = 0;
  for (const id of listOf(profile['samples'])) {
    if (places.get(Number(id))?.name === '(idle)') skipped += 1;
    else {
      stacks.count(nodeOf(Number(id)), 1);
      samples += 1;
    }
  }
  const [from, to] = [Number(profile['startTime']), Number(profile['endTime'])];
  const hasTime = from > 0 && to > from;
  return { samples, skipped, firstAt: hasTime ? from / 1e6 : 0, lastAt: hasTime ? to / 1e6 : 0 };
}

function nameOf({ functionName, url }: Record<string, unknown>): string {
  const name =
    typeof functionName === 'string' && functionName !== '' ? functionName : '(anonymous)';
  return name.startsWith('(') || typeof url !== 'string' || url === '' ? name : `${name} ${url}`;
}
