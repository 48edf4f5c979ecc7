/** One task of a profile: who in it is to blame if it spins, and the shares that rules judge. */
import type { HotPollsSuspicion, SuspicionBase } from '../../model/recording.ts';
import type { Doing, PollNode, PollTree } from './poll-tree.ts';

type Shares = Omit<HotPollsSuspicion, keyof SuspicionBase | 'kind'>;

export interface Suspect extends Shares {
  /** From the outermost poll to the innermost that matters. */
  chain: PollNode[];
  /** Index in the chain. */
  guilty: number;
}

/** From this share on the deepest poll that holds it is where a task's time goes. */
const MAINLY = 0.8;

/** From this share of a task's samples on, reading is what it does. */
const READS_MAINLY = 0.2;

/** A task that runs is only marked; samples that schedule one, from this share on, say it is another. */
const SCHEDULES = 0.1;

/** Tasks by the time they take; of a profile with thousands only these matter. */
const MAX_TASKS = 20;

export interface Suspects {
  suspects: Suspect[];
  /** Samples in polls of futures, and all that were on a CPU. */
  inPolls: number;
  onCpu: number;
}

export function suspectsOf(tree: PollTree): Suspects {
  const tasks = [...tree.tasks.values()].map((root) => ({ root, all: totalOf(root) }));
  const inPolls = tasks.reduce((sum, { all }) => sum + all.samples, 0);
  const overhead = tree.overhead + tree.scheduler + tree.outsideWakes;
  const onCpu = inPolls + overhead + tree.elsewhere + tree.blocking;
  tasks.sort((a, b) => b.all.samples - a.all.samples);
  const suspects = tasks.slice(0, MAX_TASKS).flatMap(({ root, all }) => {
    if (all.samples === 0) return [];
    const part = all.samples / inPolls;
    return [
      suspectOf(root, all, {
        overhead: overhead * part,
        outsideWakes: tree.outsideWakes * part,
        onCpu,
      }),
    ];
  });
  return { suspects, inPolls, onCpu };
}

/** What of the whole is this task's. */
interface Around {
  overhead: number;
  outsideWakes: number;
  onCpu: number;
}

function suspectOf(root: PollNode, all: Doing, around: Around): Suspect {
  const { overhead, outsideWakes, onCpu } = around;
  const samples = all.samples + overhead;
  const { selfWakes, otherWakes, handedWakes } = all;
  const wakes = selfWakes + otherWakes + handedWakes;
  const ofShape = selfWakes + otherWakes;
  const wakesAnother = otherWakes > 0 && otherWakes >= (ofShape - all.tracedWakes) * SCHEDULES;
  const shape = ofShape === 0 ? 'inside' : wakesAnother ? 'other-wake' : 'self-wake';
  const innermost = ofShape > 0 ? mostWaking(root) : deepestHolding(root, all.samples);
  const chain = chainTo(innermost);
  const machinery = overhead + wakes + all.tracing + all.defers;
  return {
    chain,
    guilty: all.reads >= all.samples * READS_MAINLY ? askerOf(chain) : faceOf(chain),
    shape,
    samples: Math.round(samples),
    share: samples / onCpu,
    wakeShare: ofShape / samples,
    wakesOfShape: ofShape === 0 ? 0 : ofShape / (wakes + outsideWakes),
    overheadShare: machinery / samples,
    kernelShare: all.kernel / samples,
    reads: Math.round(all.reads),
    readsWithData: Math.round(all.readsWithData),
    workShare: workOf(all) / samples,
    innerShare: innerSamples(root, root.frame.crate) / all.samples,
  };
}

function workOf(all: Doing): number {
  const { selfWakes, otherWakes, handedWakes, defers, kernel, tracing, plumbing } = all;
  return all.samples - selfWakes - otherWakes - handedWakes - defers - kernel - tracing - plumbing;
}

/** In polls that the task's outermost function makes; an async function of its own is itself. */
function innerSamples(node: PollNode, crate: string): number {
  let sum = 0;
  for (const child of node.children.values()) {
    const isOwn = child.frame.role === 'body' && child.frame.crate === crate;
    sum += isOwn ? innerSamples(child, crate) : totalOf(child).samples;
  }
  return sum;
}

function totalOf(node: PollNode): Doing {
  const total = { ...node.doing };
  for (const child of node.children.values()) {
    const below = totalOf(child);
    for (const key of Object.keys(total) as (keyof Doing)[]) total[key] += below[key];
  }
  return total;
}

/** The poll from whose own code most of the wakes were made. */
function mostWaking(root: PollNode): PollNode {
  const wakesOf = ({ doing }: PollNode) => doing.selfWakes + doing.otherWakes;
  let most = root;
  const visit = (node: PollNode): void => {
    if (wakesOf(node) > wakesOf(most)) most = node;
    node.children.forEach(visit);
  };
  visit(root);
  return most;
}

function deepestHolding(root: PollNode, samples: number): PollNode {
  for (let node = root; ; ) {
    const next = [...node.children.values()].find(
      (child) => totalOf(child).samples >= samples * MAINLY,
    );
    if (next === undefined) return node;
    node = next;
  }
}

function chainTo(innermost: PollNode): PollNode[] {
  const chain: PollNode[] = [];
  for (let node: PollNode | null = innermost; node !== null; node = node.parent)
    chain.unshift(node);
  return chain;
}

/** The innermost of the program: a framework's reader only answers whoever asks. */
function askerOf(chain: readonly PollNode[]): number {
  const own = chain.findLastIndex(({ frame }) => !frame.isPlumbing);
  return own < 0 ? chain.length - 1 : own;
}

/**
 * A library's type that hands a call on to a helper of its own, by the same method of the same
 * trait, is the one that its users know: the helper's name tells them nothing. A program's own
 * types are told apart to the innermost, so that this holds only for a crate that the task does
 * not begin in.
 */
function faceOf(chain: readonly PollNode[]): number {
  let at = chain.length - 1;
  const { frame } = chain[at]!;
  if (frame.trait === null || frame.crate === chain[0]!.frame.crate) return at;
  while (at > 0) {
    const outer = chain[at - 1]!.frame;
    const isHandedOn =
      outer.crate === frame.crate && outer.trait === frame.trait && outer.method === frame.method;
    if (!isHandedOn) break;
    at -= 1;
  }
  return at;
}
