/**
 * Which function of a loop to name, and which others it runs through.
 *
 * A loop has a round: every arming in it happens somewhere below the function that goes
 * round. So the guilty one is the *deepest function common to the stacks* of the loop's
 * armings, the functions that wait for them counted in. Of a loop that wakes itself in several
 * ways, the armings of its slowest link count. Four things refine that:
 *
 * 1. A function that Node's streams call for data, and in whose call the loop is woken, is
 *    the one that answers without bringing anything: it comes first.
 * 2. A helper that only arms for others (a library's `defer`, a transpiler's generator
 *    runner) is not whose loop it is: if the run belongs to another package than the
 *    helper, the innermost function of that package is named.
 * 3. What delivers an answer and what sends the next request may be the same library, with the
 *    function between them that decides to ask again: that one is named.
 * 4. An anonymous function is known by the named one around it in the same file.
 */
import type { Frame } from './call-sites.ts';
import { SLOWEST_FIRST, type WakeLoop } from './wake-graph.ts';
import { functionKey, type SliceNode } from './wake-slice.ts';

/** Share of the armings below a function from which it is common to them. */
const COMMON_SHARE = 0.8;

/** Share from which it is below most of them: fewer, and the armings have little in common. */
const MOST_SHARE = 0.5;

/** Node's code that calls a program's functions for data. */
const STREAMS = /^node:internal\/(?:streams|webstreams|fs\/streams)/;

/** What compilers put around `await`: runners of generators. */
const TRANSPILED_FILE =
  /[\\/](?:tslib|regenerator-runtime|@babel[\\/]runtime[^\\/]*|@swc[\\/]helpers|async-to-generator)[\\/]/;
const TRANSPILED_NAME =
  /(?:^|\.)(?:__awaiter|__generator|asyncGeneratorStep|_asyncToGenerator|adopt|fulfilled|rejected|step|_next|_throw)$/;

export interface LoopBlame {
  /** The guilty function's frame: where in it the loop is re-armed. */
  guilty: Frame | null;
  /** Called by a stream for data, and answered without any. */
  isSource: boolean;
  /** The functions on the way to it, outermost first, itself last. */
  way: Frame[];
}

interface Weighted {
  node: SliceNode;
  frames: Frame[];
  weight: number;
}

export function blameOf(loop: WakeLoop): LoopBlame {
  const source = sourceOf(loop);
  if (source) return { guilty: source.frames[0]!, isSource: true, way: wayTo(source, 0) };
  const all = weightedStacks(loop, loop.nodes);
  // Where all armings have no function in common, those of the slowest link tell.
  const stacks = isCommon(all) ? all : weightedStacks(loop, slowest(loop.nodes));
  const heaviest = stacks.reduce<Weighted | null>(
    (best, one) => (best === null || one.weight > best.weight ? one : best),
    null,
  );
  if (heaviest === null) return { guilty: null, isSource: false, way: [] };
  const common = commonFrames(stacks);
  const holder = stacks.find(({ frames }) => frames.some((f) => common.has(functionKey(f))));
  const within = holder ?? heaviest;
  const index = pick(within.frames, common, loop);
  return {
    guilty: within.frames[index] ?? null,
    isSource: false,
    way: wayTo(within.node, index),
  };
}

/** Functions that a loop runs through, each once, with the runs that it armed. */
export function membersOf(
  loop: WakeLoop,
): { node: SliceNode; frame: Frame | null; runs: number }[] {
  const members = new Map<string, { node: SliceNode; frame: Frame | null; runs: number }>();
  for (const node of [...loop.nodes].sort((a, b) => b.runs - a.runs)) {
    const frame = node.frames[0] ?? null;
    const key = frame === null ? `#${node.id}` : `${functionKey(frame)}:${node.via}`;
    const known = members.get(key);
    if (known) known.runs += node.runs;
    else members.set(key, { node, frame, runs: node.runs });
  }
  return [...members.values()];
}

function wayTo(node: SliceNode, index: number): Frame[] {
  return [...node.frames, ...node.asyncFrames].slice(index).reverse();
}

function sourceOf(loop: WakeLoop): SliceNode | null {
  const wakes = loop.edges.reduce((all, edge) => all + edge.count, 0);
  const sources = [...loop.wakePlaces, ...loop.nodes].filter(
    (node) => !node.isInternal && node.calledBy !== null && STREAMS.test(node.calledBy),
  );
  const weightOf = (node: SliceNode): number =>
    node.runs +
    loop.edges.reduce((all, edge) => all + (edge.wokenAt === node.id ? edge.count : 0), 0);
  const best = sources.sort((a, b) => weightOf(b) - weightOf(a))[0];
  return best !== undefined && weightOf(best) >= wakes * 0.1 ? best : null;
}

function weightedStacks({ wakePlaces }: WakeLoop, nodes: readonly SliceNode[]): Weighted[] {
  const own = nodes.filter(({ isInternal }) => !isInternal);
  const used = own.length > 0 ? own : wakePlaces.filter(({ isInternal }) => !isInternal);
  return (used.length > 0 ? used : nodes)
    .filter(({ frames }) => frames.length > 0)
    .map((node) => ({
      node,
      frames: [...node.frames, ...node.asyncFrames],
      weight: Math.max(node.arms, node.runs, 1),
    }));
}

/** The nodes of the slowest kind of link that the program's own code arms. */
function slowest(nodes: readonly SliceNode[]): readonly SliceNode[] {
  for (const via of SLOWEST_FIRST) {
    const linked = nodes.filter((node) => node.via === via && !node.isInternal && node.arms > 0);
    if (linked.length > 0) return linked;
  }
  return nodes;
}

/** Some function is below most of them. */
function isCommon(stacks: readonly Weighted[]): boolean {
  const { weights, total } = weigh(stacks);
  return Math.max(0, ...weights.values()) >= total * MOST_SHARE;
}

function commonFrames(stacks: readonly Weighted[]): Set<string> {
  const { weights, total } = weigh(stacks);
  const most = Math.max(...weights.values());
  const least = Math.min(total * COMMON_SHARE, most);
  return new Set([...weights].filter(([, weight]) => weight >= least).map(([key]) => key));
}

/** By function the weight of the armings below it. */
function weigh(stacks: readonly Weighted[]): { weights: Map<string, number>; total: number } {
  const weights = new Map<string, number>();
  let total = 0;
  for (const { frames, weight } of stacks) {
    total += weight;
    for (const key of new Set(frames.map(functionKey))) {
      weights.set(key, (weights.get(key) ?? 0) + weight);
    }
  }
  return { weights, total };
}

/** The index of the frame to name. */
function pick(frames: readonly Frame[], common: ReadonlySet<string>, { via }: WakeLoop): number {
  const candidates = frames
    .map((frame, index) => ({ frame, index }))
    .filter(({ frame }) => common.has(functionKey(frame)) && !isTranspiled(frame));
  const first = candidates[0];
  if (first === undefined) return 0;
  const root = frames.findLast((frame) => !frame.isAsync && !isTranspiled(frame)) ?? first.frame;
  const home = packageOf(root.url);
  // A callback that arms itself decides by itself, whatever it calls on the way.
  const between =
    via.has('promise') && via.size === 1 ? decider(candidates.map(({ frame }) => frame)) : null;
  const owner =
    (between && candidates.find(({ frame }) => frame === between)) ??
    (via.has('io') ? answered(candidates, first) : null) ??
    candidates.find(({ frame }) => packageOf(frame.url) === home) ??
    first;
  if (owner.frame.functionName !== null) return owner.index;
  const named = candidates.find(
    ({ frame, index }) =>
      index > owner.index && frame.functionName !== null && frame.url === owner.frame.url,
  );
  return (named ?? owner).index;
}

interface Candidate {
  frame: Frame;
  index: number;
}

/**
 * Who gets the answer decides to ask again: the outermost function of another package than the
 * one that sends. Within one package it is who calls those that send.
 */
function answered(
  candidates: readonly Candidate[],
  { frame: sender }: Candidate,
): Candidate | null {
  const called = candidates.filter(({ frame }) => !frame.isAsync);
  const sending = packageOf(sender.url);
  const other = called.findLast(({ frame }) => packageOf(frame.url) !== sending);
  if (other) return other;
  const isOfSender = [isOfScript, isOfClass, isOfFunction]
    .map((isOf) => (frame: Frame) => isOf(frame, sender))
    .find((isOf) => called.some(({ frame }) => !isOf(frame)));
  return (isOfSender && called.find(({ frame }) => !isOfSender(frame))) ?? null;
}

const isOfScript = (a: Frame, b: Frame): boolean => a.url === b.url;
const isOfFunction = (a: Frame, b: Frame): boolean => functionKey(a) === functionKey(b);

function isOfClass(a: Frame, b: Frame): boolean {
  const isMethod = !b.isToplevel && b.typeName !== null && b.typeName !== 'Object';
  return isMethod ? a.typeName === b.typeName && !a.isToplevel : isOfFunction(a, b);
}

/**
 * Of frames, innermost first, the one between those that send and those that deliver, where
 * both ends are of one script: again and again while that is so. Null where it is not.
 */
function decider(frames: readonly Frame[]): Frame | null {
  let inner = 0;
  let outer = frames.length - 1;
  let isOpened = false;
  // The program's own code at both ends has only passed through a helper.
  while (inner < outer && frames[inner]!.url === frames[outer]!.url) {
    const { url } = frames[inner]!;
    if (packageOf(url) === '') break;
    const from = frames.findIndex((frame, i) => i > inner && i < outer && frame.url !== url);
    if (from < 0) break;
    const to = frames.findLastIndex((frame, i) => i >= from && i < outer && frame.url !== url);
    isOpened = true;
    inner = from;
    outer = to;
  }
  if (!isOpened) return null;
  // What is left begins with how the next round is started, if its script comes again.
  const start = frames[inner]!.url;
  const last = frames.findLastIndex((frame, i) => i <= outer && frame.url === start);
  return frames[last > inner && last < outer ? last + 1 : inner] ?? null;
}

/** What a compiler put there: no function that anybody wrote. */
export function isTranspiled({ url, functionName }: Pick<Frame, 'url' | 'functionName'>): boolean {
  return TRANSPILED_FILE.test(url) || TRANSPILED_NAME.test(functionName ?? '');
}

/** The package that a script belongs to; empty for the program itself. */
export function packageOf(url: string): string {
  const [, name] = /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(url) ?? [];
  return name ?? '';
}
