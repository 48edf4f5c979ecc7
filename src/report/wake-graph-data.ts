/**
 * Who woke whom, as much of it as a person can read: all that lies on the cycle of a finding,
 * then the heaviest edges. Of a plain program nobody counts wakes one by one: there the
 * functions that a loop runs through are drawn in a round, those that ran most first.
 */
import type { Finding } from '../model/finding.ts';
import type { Recording, Segment } from '../model/recording.ts';

export interface GraphData {
  nodes: { name: string; isGuilty: boolean; isOnCycle: boolean }[];
  edges: { from: number; to: number; via: string; count: number; isOnCycle: boolean }[];
  /** Edges that are not drawn. */
  left: number;
}

const MAX_NODES = 60;
const MAX_EDGES = 140;

/** Wakes from outside of every unit. */
const OUTSIDE = 'outside';

export function wakeGraph(
  { segments }: Recording,
  findings: readonly Finding[],
  nameText: (name: string) => string,
): GraphData {
  const graph = new Drawing(nameText);
  for (const { cycle, unit, segment, evidence } of findings) {
    for (const [i, step] of cycle.entries()) {
      const next = cycle[(i + 1) % cycle.length]!;
      graph.add(`${segment} ${step.unit}`, step.unit, `${segment} ${next.unit}`, next.unit, {
        via: step.via,
        count: step.wakes,
        isOnCycle: true,
      });
    }
    const key = `${segment} ${unit.name}`;
    const { streak } = evidence;
    if (cycle.length === 0 && typeof streak?.value === 'number') {
      // Its own poll, or read, is what makes it run again.
      graph.add(key, unit.name, key, unit.name, {
        via: 'itself',
        count: streak.value,
        isOnCycle: true,
      });
    }
    graph.blame(key, unit.name);
  }
  let left = 0;
  const edges = segments.flatMap((segment) => segment.edges.map((edge) => ({ edge, segment })));
  for (const { edge, segment } of edges.sort((a, b) => b.edge.count - a.edge.count)) {
    const from = nameOf(segment, edge.from);
    const to = nameOf(segment, edge.to);
    const id = segment.info.id;
    const isDrawn = graph.add(`${id} ${from}`, from, `${id} ${to}`, to, {
      via: edge.via,
      count: edge.count,
      isOnCycle: edge.from === edge.to && edge.via !== 'yield',
    });
    if (!isDrawn) left += 1;
  }
  return { nodes: graph.nodes, edges: graph.edges, left };
}

function nameOf({ units }: Segment, id: number | null): string {
  return id === null ? OUTSIDE : (units.get(id)?.name ?? `unit ${id}`);
}

class Drawing {
  readonly nodes: GraphData['nodes'] = [];
  readonly edges: GraphData['edges'] = [];
  readonly #nameText: (name: string) => string;
  readonly #byKey = new Map<string, number>();
  readonly #known = new Set<string>();

  constructor(nameText: (name: string) => string) {
    this.#nameText = nameText;
  }

  /** False where there is no more room; the same edge is drawn once. */
  add(
    fromKey: string,
    fromName: string,
    toKey: string,
    toName: string,
    edge: Omit<GraphData['edges'][number], 'from' | 'to'>,
  ): boolean {
    const key = `${fromKey}\n${toKey}\n${edge.via}`;
    if (this.#known.has(key)) return true;
    if (this.edges.length >= MAX_EDGES) return false;
    const from = this.#node(fromKey, fromName);
    const to = this.#node(toKey, toName);
    if (from === null || to === null) return false;
    this.#known.add(key);
    this.edges.push({ from, to, ...edge });
    if (edge.isOnCycle) this.nodes[from]!.isOnCycle = this.nodes[to]!.isOnCycle = true;
    return true;
  }

  blame(key: string, name: string): void {
    const node = this.#node(key, name);
    if (node !== null) this.nodes[node]!.isGuilty = true;
  }

  #node(key: string, name: string): number | null {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    if (this.nodes.length >= MAX_NODES) return null;
    this.#byKey.set(key, this.nodes.length);
    this.nodes.push({ name: this.#nameText(name), isGuilty: false, isOnCycle: false });
    return this.nodes.length - 1;
  }
}
