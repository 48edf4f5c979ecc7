/**
 * The stacks on which something suspicious was seen, merged from the outermost layer inward:
 * what a flamegraph draws. A stack weighs as often as its suspicion was seen to go round.
 */
import type { Recording, Suspicion } from '../model/recording.ts';

export interface StackNode {
  name: string;
  weight: number;
  /** A suspicion blames this layer. */
  isGuilty: boolean;
  children: StackNode[];
}

const MAX_STACKS = 500;

export function stackTree(recording: Recording, nameText: (name: string) => string): StackNode[] {
  const roots: StackNode[] = [];
  const suspicions = recording.segments.flatMap(({ suspicions }) => [...suspicions.values()]);
  const heaviest = suspicions
    .filter(({ chain, state }) => chain.length > 0 && state.verdict !== 'progress')
    .sort((a, b) => roundsOf(b) - roundsOf(a));
  for (const suspicion of heaviest.slice(0, MAX_STACKS)) {
    const weight = Math.max(1, roundsOf(suspicion));
    let level = roots;
    for (const layer of suspicion.chain) {
      const name = nameText(layer.name);
      let node = level.find((one) => one.name === name);
      if (node === undefined)
        level.push((node = { name, weight: 0, isGuilty: false, children: [] }));
      node.weight += weight;
      node.isGuilty ||= layer.isGuilty;
      level = node.children;
    }
  }
  return roots;
}

function roundsOf(suspicion: Suspicion): number {
  switch (suspicion.kind) {
    case 'self-wake':
    case 'empty-ready':
      return suspicion.streak;
    case 'cycle':
      return suspicion.hops;
    case 'loop':
      return Math.round((suspicion.perSecond * (suspicion.at - suspicion.since)) / 1e9);
    case 'poll-after-ready':
      return suspicion.count;
    default:
      // Of others nobody knows how often they went round.
      return 1;
  }
}
