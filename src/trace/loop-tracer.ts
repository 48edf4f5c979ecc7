/**
 * The half of a trace that lies inside the watched thread: takes a slice of the wake graph,
 * finds the loops in it, names them. Called from another thread through an inspector, so
 * its answers are plain data.
 */
import type { Exchange, Place, WakeVia } from '../model/recording.ts';
import { answersOf, bringsNews, isRefused } from './awaited-values.ts';
import type { Frame } from './call-sites.ts';
import type { HiddenState } from './hidden-state.ts';
import { blameOf, isTranspiled, membersOf } from './loop-blame.ts';
import { nameAt } from './nameless.ts';
import type { Places } from './raw-places.ts';
import { loopsOf, SLOWEST_FIRST, type WakeLoop } from './wake-graph.ts';
import { type SliceNode, type SliceOptions, WakeSlice } from './wake-slice.ts';

/** Loops of one slice that are told; more are noise. */
const MAX_LOOPS = 4;
/** Places of one loop whose state is worth a look. */
const MAX_SITES = 5;
/** Functions that the loop calls, and whose state may be all that moves. */
const MAX_MAKERS = 2;

/** A place in running code, as a debugger takes it. */
export interface RawPlace {
  url: string;
  line: number;
  column: number;
}

export interface TracedMember {
  name: string;
  place: Place | null;
  runs: number;
  via: WakeVia;
  /** A function of Node's own, or of nobody that could be seen. */
  isInternal: boolean;
}

export interface OddTimer {
  /** The delay that was asked for: `NaN`, `-5`, `2592000000`. */
  requested: string;
}

export interface TracedLoop {
  name: string;
  place: Place | null;
  /** True for a loop within one callback, which never leaves it. */
  isInsideOneRun: boolean;
  /** It empties a queue that is filled again. */
  refills: boolean;
  /** The guilty function was called by a stream for data, and brought none. */
  isSource: boolean;
  /** How it wakes itself, slowest kind first. */
  via: WakeVia;
  /** Functions on the way to the guilty one, outermost first. */
  way: { name: string; place: Place }[];
  members: TracedMember[];
  /** Where to look at its state. */
  sites: RawPlace[];
  runs: number;
  perSecond: number;
  /** How often it goes round, per second. */
  roundsPerSecond: number;
  /** Mean length of its runs, milliseconds. */
  meanRunMs: number;
  share: number;
  busyShare: number;
  /** Share of its runs that nothing outside had woken for some rounds. */
  alone: number;
  /** Processes and threads that it started, a second. */
  birthsPerSecond: number;
  /** Streams and sockets in it failed in most of its rounds, or what it awaits was refused. */
  fails: boolean;
  /** Most of what it awaited was news. */
  bringsNews: boolean;
  /** Some of its requests may bring data that is not among what went over wires. */
  bringsData: boolean;
  /** What went over wires in it. */
  exchange: Exchange;
  oddTimer: OddTimer | null;
  /** Milliseconds of its shortest timer; null without one. */
  delayMs: number | null;
  /** It is a `setInterval` that was armed once, and that its own callback never ends. */
  isInterval: boolean;
  /** Where the guilty place is in running code. */
  raw: RawPlace | null;
}

export interface Traced {
  loops: TracedLoop[];
  events: number;
  runs: number;
  elapsedMs: number;
}

export interface TracerHost {
  hidden: HiddenState;
  mapper: Places;
  /** Scripts of this package. */
  isOwn(url: string): boolean;
  /** The odd delay that a timer was asked for, and by whom. */
  oddDelayOf(timer: object): { requested: string; frames: Frame[] } | null;
}

export class LoopTracer {
  readonly #host: TracerHost;
  readonly #slice: WakeSlice;

  constructor(host: TracerHost) {
    this.#host = host;
    this.#slice = new WakeSlice(host.isOwn);
  }

  begin(options: SliceOptions): void {
    this.#slice.begin(options);
  }

  get isOn(): boolean {
    return this.#slice.isOn;
  }

  /** Takes the hooks off, whatever was seen. */
  stop(): void {
    this.#slice.stop();
  }

  /** Ends the slice and tells the loops in it. */
  end(): Traced {
    const slice = this.#slice.end();
    for (const node of slice.nodes) this.#locateTimer(node);
    const loops = loopsOf(slice)
      .filter(({ nodes }) => !nodes.some(({ isExecutors }) => isExecutors))
      .slice(0, MAX_LOOPS)
      .map((loop) => this.#traced(loop, slice.elapsedMs));
    this.#host.hidden.close();
    return { loops, events: slice.events, runs: slice.runs, elapsedMs: slice.elapsedMs };
  }

  /** A timer that was armed before the slice has no stack: its callback's place must do. */
  #locateTimer(node: SliceNode): void {
    if (node.timer === null || node.frames.length > 0) return;
    const odd = this.#host.oddDelayOf(node.timer);
    const armed = odd?.frames.filter(({ url }) => !url.startsWith('node:') && url !== '') ?? [];
    const callback = (node.timer as { _onTimeout?: unknown })._onTimeout;
    const at =
      typeof callback === 'function'
        ? this.#host.hidden.locationOf(callback as (...args: never[]) => unknown)
        : null;
    const called: Frame[] = at
      ? [
          {
            ...at,
            functionName: nameOf(callback),
            typeName: null,
            methodName: null,
            isToplevel: true,
          },
        ]
      : [];
    // Whoever called the one that armed is on the way to it, and in no run of the loop.
    const onTheWay = armed.map((frame, i) => (i === 0 ? frame : { ...frame, isAsync: true }));
    node.frames = armed.length > 0 ? onTheWay : called;
    node.callback = called[0] ?? null;
    node.isInternal = node.frames.length === 0;
  }

  #traced(loop: WakeLoop, elapsedMs: number): TracedLoop {
    const { mapper, hidden } = this.#host;
    const { guilty, isSource, way } = blameOf(loop);
    const members = membersOf(loop).map(({ node, frame, runs }): TracedMember => {
      const place = frame === null ? null : mapper.place(frame);
      return {
        name: place?.functionName ?? nameless(node),
        place,
        runs,
        via: node.via,
        isInternal: node.isInternal,
      };
    });
    const place = guilty === null ? null : mapper.place(guilty);
    const answers = loop.nodes.map(({ awaited }) => answersOf(awaited, hidden));
    const timers = loop.nodes.filter((node) => node.timer !== null);
    const delays = timers.flatMap(({ delayMs }) => (delayMs === null ? [] : [delayMs]));
    return {
      name: nameAt(place),
      place,
      isInsideOneRun: false,
      refills: false,
      isSource,
      via: SLOWEST_FIRST.find((via) => loop.via.has(via)) ?? 'promise',
      way: way.slice(0, -1).map((frame) => {
        const at = mapper.place(frame);
        return { name: nameAt(at), place: at };
      }),
      members,
      sites: sitesOf(loop, guilty),
      runs: loop.runs,
      perSecond: loop.perSecond,
      roundsPerSecond: (loop.rounds * 1000) / Math.max(elapsedMs, 0.001),
      meanRunMs: loop.meanRunMs,
      share: loop.share,
      busyShare: loop.busyShare,
      alone: loop.alone,
      birthsPerSecond: loop.birthsPerSecond,
      fails: loop.fails || answers.some(isRefused),
      bringsNews: answers.some(bringsNews),
      bringsData: loop.bringsData,
      exchange: loop.exchange,
      oddTimer: this.#oddTimer(timers),
      delayMs: delays.length === 0 ? null : Math.min(...delays),
      isInterval: timers.some(({ timer }) => isRepeating(timer) && !endsItself(timer)),
      raw: guilty && { url: guilty.url, line: guilty.line, column: guilty.column },
    };
  }

  #oddTimer(nodes: readonly SliceNode[]): OddTimer | null {
    for (const { timer } of nodes) {
      const odd = timer && this.#host.oddDelayOf(timer);
      if (odd) return { requested: odd.requested };
    }
    return null;
  }
}

function isRepeating(timer: (object & { _repeat?: unknown }) | null): boolean {
  return typeof timer?._repeat === 'number';
}

/** Who looks each time whether it may stop waits for something; who cannot stop is a clock. */
function endsItself(timer: (object & { _onTimeout?: unknown }) | null): boolean {
  const callback = timer?._onTimeout;
  if (typeof callback !== 'function') return false;
  return /\bclear(?:Interval|Timeout)\s*\)?\s*\(/.test(Function.prototype.toString.call(callback));
}

function nameOf(fn: unknown): string | null {
  const name: unknown = typeof fn === 'function' ? fn.name : '';
  return typeof name === 'string' && name !== '' ? name : null;
}

function nameless({ resource, via }: SliceNode): string {
  return resource ?? `(${via})`;
}

/** The guilty place first, then those with most runs; functions of Node's own are left out. */
function sitesOf(loop: WakeLoop, guilty: Frame | null): RawPlace[] {
  const frames = [
    ...(guilty === null ? [] : [guilty]),
    ...ownFrames(loop.makers).slice(0, MAX_MAKERS),
    ...[...loop.nodes, ...loop.wakePlaces]
      .filter(({ isInternal }) => !isInternal)
      .sort((a, b) => b.runs - a.runs)
      .flatMap((node) => [node.callback ?? node.frames[0], node.frames[0]]),
  ];
  const sites = new Map<string, RawPlace>();
  for (const frame of frames) {
    if (frame === undefined || frame.url === '' || sites.size >= MAX_SITES) continue;
    const { url, line, column } = frame;
    if (url.startsWith('node:') || isTranspiled(frame)) continue;
    sites.set(`${url}:${line}:${column}`, { url, line, column });
  }
  return [...sites.values()];
}

const ownFrames = (nodes: readonly SliceNode[]): Frame[] =>
  nodes.flatMap(({ isInternal, frames }) => (isInternal ? [] : frames.slice(0, 1)));
