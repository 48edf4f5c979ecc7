/**
 * A slice of the wake graph: for some milliseconds every promise job, tick, immediate,
 * timer and I/O request of this thread is seen with the place that armed it and the run
 * that made it runnable. Runs inside the watched thread; switched on and off from another.
 *
 * The hooks take themselves off at a bound of events or of time, so that a slice costs the
 * program some tens of milliseconds at most, whatever becomes of who asked for it.
 *
 * A *node* is a place where something was armed: the innermost frame of the program's own
 * code at an `await`, a `then`, a `nextTick`, a `setTimeout`. An *edge* says that a run of
 * the first node made the second runnable. On `await`, V8 tells `init(throwaway, parent)`
 * inside the awaiting function; `settled(parent)` before that means that what is awaited
 * is there already, and the awaiting run wakes itself.
 */
import {
  AsyncResource,
  type AsyncHook,
  createHook,
  executionAsyncResource,
} from 'node:async_hooks';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { performance } from 'node:perf_hooks';
import { promiseHooks } from 'node:v8';
import { MessagePort } from 'node:worker_threads';
import type { WakeVia } from '../model/recording.ts';
import { type Awaited, MAX_AWAITED } from './awaited-values.ts';
import { captureFrames, type Frame } from './call-sites.ts';
import { WireNews } from './wire-news.ts';

/** Frames looked at for one event: a round through a framework's layers is twenty of them. */
const STACK_DEPTH = 32;
/** More wakes from outside than a slice has events. */
const MAX_CHAINS = 1_000_000;
/** Promises of one slice whose makers are noted: each is a stack. */
const MAX_MAKINGS = 200;
/** A timer that fires later than this really waited. */
const LONG_TIMER_MS = 1;
/** A thread with nothing to do for so long has rested. */
const RESTED_MS = 4;
/** What a node's resource is called that is such a timer. */
const LONG_TIMER = 'Timeout (waits)';

export interface SliceOptions {
  maxEvents: number;
  maxMs: number;
  /**
   * Also what is not a promise, through async_hooks. Not in a thread whose loop does not
   * turn: there their promise hooks would stay on (Node 20 to 26).
   */
  hasLoopEvents: boolean;
}

/** A place where something was armed. */
export interface SliceNode {
  id: number;
  /** Frames of the program's own code, innermost first; Node's own where there are none. */
  frames: Frame[];
  /** Where functions of the program wait for the innermost one: `await` chains. */
  asyncFrames: Frame[];
  /** True when no frame of the program was on the stack. */
  isInternal: boolean;
  /** An executor of this package armed it: its own source sees more of that. */
  isExecutors: boolean;
  /** The frame of Node's own code that called the innermost own frame's chain, if one did. */
  calledBy: string | null;
  via: WakeVia;
  /** Node's function that armed it, as the program called it: `stat`, `connect`. */
  call: string | null;
  /** Runs begun, and the milliseconds that they took. */
  runs: number;
  busyMs: number;
  /** Of each run: how many runs ago its chain was woken from outside. */
  hops: number[];
  /** Of each run: how often its chain had passed here since it was woken from outside, itself counted. */
  visits: number[];
  /** Places at which its runs made promises, by node, and how many. */
  makers: Map<number, number>;
  /** What its runs had waited for: the first ones. */
  awaited: Awaited[];
  /** Times that something was armed here. */
  arms: number;
  /** Milliseconds of the timer as Node runs it; null for no timer. */
  delayMs: number | null;
  /** A type of Node's for I/O, such as TCPCONNECTWRAP. */
  resource: string | null;
  /** Processes and threads that it started. */
  births: number;
  /** Errors that Node's streams were about to tell after runs of this node. */
  errors: number;
  /** What its runs sent, and what they were given. */
  sent: WireNews;
  received: WireNews;
  /** The timer, or the first of those that were armed here. */
  timer: object | null;
  /** The function that a timer calls, where it was armed before the slice. */
  callback: Frame | null;
}

/** `from` 0: from outside, or from a run that began before the slice. */
export interface SliceEdge {
  from: number;
  to: number;
  via: WakeVia;
  count: number;
  /** The node-like place at which the wake happened, where it is another than `from`'s. */
  wokenAt: number;
}

export interface Slice {
  nodes: SliceNode[];
  edges: SliceEdge[];
  events: number;
  runs: number;
  /** Runs woken by what was armed before the slice, or by nothing that was seen. */
  unknownRuns: number;
  elapsedMs: number;
}

/** A run: what it was armed as, and how many runs ago anything outside woke its chain. */
interface Run {
  node: number;
  hops: number;
  /** The same for all runs that one wake from outside led to. */
  chain: number;
}

interface Armed {
  node: number;
  by: Run;
  via: WakeVia;
  parent: object | null;
}

/** Who last wrote to a connection: the run, and the node of the place. */
interface Writer {
  by: Run;
  node: number;
}

const OUTSIDE: Run = { node: 0, hops: 0, chain: 0 };
const NOBODY: Writer = { by: OUTSIDE, node: 0 };

const VIA_OF_TYPE: Readonly<Record<string, WakeVia>> = {
  TickObject: 'nextTick',
  Microtask: 'microtask',
  Immediate: 'immediate',
  Timeout: 'timer',
  MESSAGEPORT: 'message',
};

/** The same for all frames of a function; one without a name is told from others by the line. */
export const functionKey = ({ url, functionName, line }: Frame): string =>
  `${url}:${functionName ?? line}`;

export class WakeSlice {
  readonly #isOwn: (url: string) => boolean;
  #options: SliceOptions = { maxEvents: 0, maxMs: 0, hasLoopEvents: false };
  #nodes: SliceNode[] = [];
  #byKey = new Map<string, SliceNode>();
  #edges = new Map<string, SliceEdge>();
  #armed = new Map<object, Armed>();
  #awaited = new Set<object>();
  #settledBy = new Map<object, { by: Run; at: number }>();
  #madeBy = new Map<object, Run>();
  #makings = 0;
  #requests = new Map<number, Armed>();
  #stack: (Run & { startedAt: number; id: object | number })[] = [];
  #posts: { node: number; by: Run }[] = [];
  #writers = new WeakMap<object, Writer>();
  #last: Run = OUTSIDE;
  /** When the last run had ended. */
  #lastAt = 0;
  /** Wakes from outside so far, and how often each node was passed after each. */
  #chains = 0;
  #visits = new Map<number, number>();
  /** The latest run of a repeating timer that was armed before. */
  #lastOf = new WeakMap<object, Run>();
  #events = 0;
  #runs = 0;
  #unknownRuns = 0;
  #startedAt = 0;
  #endedAt = 0;
  #isOn = false;
  #stopPromises: (() => void) | null = null;
  #asyncHook: AsyncHook | null = null;
  #restoreWraps: (() => void) | null = null;

  /** `isOwn` knows the scripts of this package. */
  constructor(isOwn: (url: string) => boolean) {
    this.#isOwn = isOwn;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Begins a slice; one that is on is ended. */
  begin(options: SliceOptions): void {
    this.stop();
    this.#forget();
    this.#options = options;
    this.#startedAt = performance.now();
    this.#isOn = true;
    this.#stopPromises = promiseHooks.createHook({
      init: (promise, parent) => this.#promiseInit(promise, parent),
      before: (promise) => this.#before(promise),
      after: (promise) => this.#after(promise),
      settled: (promise) => this.#settled(promise),
    }) as unknown as () => void;
    if (options.hasLoopEvents) {
      this.#asyncHook = this.#hookLoop();
      this.#restoreWraps = this.#wrapSends();
    } else this.#restoreWraps = this.#wrapTicks();
  }

  /** Takes the hooks off. What was seen is kept for {@link end}. */
  stop(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    this.#endedAt = performance.now();
    this.#stopPromises?.();
    this.#asyncHook?.disable();
    this.#restoreWraps?.();
    this.#stopPromises = this.#asyncHook = this.#restoreWraps = null;
  }

  /** Ends the slice and answers what was seen; forgets it. */
  end(): Slice {
    this.stop();
    const slice: Slice = {
      nodes: this.#nodes,
      edges: [...this.#edges.values()],
      events: this.#events,
      runs: this.#runs,
      unknownRuns: this.#unknownRuns,
      elapsedMs: this.#endedAt - this.#startedAt,
    };
    this.#forget();
    return slice;
  }

  #forget(): void {
    this.#nodes = [];
    this.#byKey = new Map();
    this.#edges = new Map();
    this.#armed = new Map();
    this.#awaited = new Set();
    this.#settledBy = new Map();
    this.#madeBy = new Map();
    this.#makings = 0;
    this.#requests = new Map();
    this.#stack = [];
    this.#posts = [];
    this.#writers = new WeakMap();
    this.#last = OUTSIDE;
    this.#lastAt = performance.now();
    this.#chains = 0;
    this.#visits = new Map();
    this.#lastOf = new WeakMap();
    this.#events = this.#runs = this.#unknownRuns = 0;
  }

  /** True when the event is to be looked at. */
  #count(): boolean {
    if (!this.#isOn) return false;
    this.#events += 1;
    const { maxEvents, maxMs } = this.#options;
    if (this.#events <= maxEvents && performance.now() - this.#startedAt <= maxMs) return true;
    this.stop();
    return false;
  }

  /** The run that is going on; the last one between two promise jobs. */
  #current(): Run {
    return this.#stack.at(-1) ?? this.#last;
  }

  #promiseInit(promise: object, parent: object | undefined): void {
    if (!this.#count()) return;
    const by = this.#current();
    if (parent === undefined) {
      this.#madeBy.set(promise, by);
      this.#noteMaker(by);
      return;
    }
    const node = this.#nodeHere('promise', null);
    node.arms += 1;
    if (!this.#settledBy.has(parent)) this.#awaited.add(parent);
    this.#armed.set(promise, { node: node.id, by, via: 'promise', parent });
  }

  /** An async function makes its promise as it begins: so those that a run calls are seen. */
  #noteMaker(by: Run): void {
    const makers = this.#nodes[by.node - 1]?.makers;
    if (makers === undefined || this.#makings >= MAX_MAKINGS) return;
    this.#makings += 1;
    const place = this.#placeHere();
    makers.set(place, (makers.get(place) ?? 0) + 1);
  }

  #settled(promise: object): void {
    if (!this.#isOn) return;
    // Where it happened matters only to who waits for it already.
    const at = this.#awaited.has(promise) ? this.#placeHere() : 0;
    this.#settledBy.set(promise, { by: this.#current(), at });
  }

  #before(promise: object): void {
    if (!this.#count()) return;
    const armed = this.#armed.get(promise);
    if (armed === undefined) {
      // A job of `resolve(thenable)`, or armed before the slice: it goes on with what ran.
      const maker = this.#madeBy.get(promise) ?? this.#last;
      if (maker.node === 0) this.#unknownRuns += 1;
      this.#enter(maker, promise);
      return;
    }
    const settled = armed.parent && this.#settledBy.get(armed.parent);
    const isSelf = !settled || !this.#awaited.has(armed.parent!);
    this.#armed.delete(promise);
    const node = this.#nodes[armed.node - 1];
    if (node && armed.parent && node.awaited.length < MAX_AWAITED) {
      node.awaited.push({ promise: armed.parent, atMs: performance.now() });
    }
    this.#run(
      isSelf ? armed.by : settled.by,
      armed.node,
      armed.via,
      promise,
      isSelf ? 0 : settled.at,
    );
  }

  #after(promise: object): void {
    if (this.#isOn) this.#leave(promise);
  }

  /** A run begins that `by` made runnable. */
  #run(maker: Run, to: number, via: WakeVia, id: object | number, wokenAt = 0): void {
    // An answer that let the thread rest was waited for: the other side sets the pace.
    // Not so a process that was started: it always takes its time.
    const hasRested = performance.now() - this.#lastAt >= RESTED_MS;
    const isPaced = via === 'io' && hasRested && this.#nodes[to - 1]?.births === 0;
    const by = isPaced ? OUTSIDE : maker;
    this.#edge(by.node, to, via, wokenAt);
    this.#runs += 1;
    const isFirst = by.node === 0;
    const run: Run = {
      node: to,
      hops: isFirst ? 0 : by.hops + 1,
      chain: isFirst ? ++this.#chains : by.chain,
    };
    const node = this.#nodes[to - 1];
    if (node) {
      node.runs += 1;
      node.hops.push(run.hops);
      node.visits.push(this.#visit(to, run.chain));
    }
    this.#enter(run, id);
  }

  #visit(node: number, chain: number): number {
    const key = node * MAX_CHAINS + chain;
    const visits = (this.#visits.get(key) ?? 0) + 1;
    this.#visits.set(key, visits);
    return visits;
  }

  #enter({ node, hops, chain }: Run, id: object | number): void {
    this.#stack.push({ node, hops, chain, startedAt: performance.now(), id });
  }

  #leave(id: object | number): void {
    const top = this.#stack.at(-1);
    if (top === undefined || top.id !== id) return;
    this.#stack.pop();
    this.#last = top;
    this.#lastAt = performance.now();
    const node = this.#nodes[top.node - 1];
    if (node) node.busyMs += performance.now() - top.startedAt;
  }

  #edge(from: number, to: number, via: WakeVia, wokenAt: number): void {
    const key = `${from}:${to}:${via}:${wokenAt}`;
    const known = this.#edges.get(key);
    if (known) known.count += 1;
    else this.#edges.set(key, { from, to, via, count: 1, wokenAt });
  }

  #hookLoop(): AsyncHook {
    const hook = createHook({
      init: (id, type, _trigger, resource) => {
        if (isForeign(type, resource) || !this.#count()) return;
        this.#requestInit(id, type, resource);
      },
      before: (id) => {
        const resource = executionAsyncResource();
        if (this.#isOn && !isForeign('', resource)) this.#requestBefore(id, resource);
      },
      after: (id) => {
        if (this.#isOn) this.#leave(id);
      },
    });
    return hook.enable();
  }

  #requestInit(id: number, type: string, resource: object): void {
    const via = VIA_OF_TYPE[type] ?? 'io';
    const { _idleTimeout: delay } = resource as { _idleTimeout?: unknown };
    const delayMs = via === 'timer' && typeof delay === 'number' ? delay : null;
    // The same place may arm timers that wait and timers that do not: they are two nodes.
    const node = this.#nodeHere(via, (delayMs ?? 0) > LONG_TIMER_MS ? LONG_TIMER : type);
    node.arms += 1;
    if (isErrorTick(resource)) this.#noteError();
    if (BIRTHS.has(type)) node.births += 1;
    if (via === 'timer') {
      node.delayMs = delayMs;
      node.timer ??= resource;
    }
    this.#requests.set(id, { node: node.id, by: this.#current(), via, parent: null });
  }

  #requestBefore(id: number, resource: object): void {
    if (!this.#count()) return;
    const armed = this.#requests.get(id);
    if (armed === undefined) return this.#earlierRequest(id, resource);
    const node = this.#nodes[armed.node - 1]!;
    const isWait = armed.via === 'timer' && (node.delayMs ?? 0) > LONG_TIMER_MS;
    this.#run(isWait ? OUTSIDE : armed.by, armed.node, armed.via, id);
    if (armed.via === 'io') this.#noteCommand(resource);
    // A repeating timer re-arms itself; a handle is armed by who writes to it.
    if (armed.via === 'timer') armed.by = this.#current();
    else if (node.resource === ANSWERED) return;
    else if (armed.via === 'io') {
      const writer = this.#writerOf(resource);
      armed.by = writer.by;
      if (writer.node > 0) armed.node = writer.node;
    } else this.#requests.delete(id);
  }

  /** Who last wrote to the connection of a handle; outside where the other side began it. */
  #writerOf(handle: object): Writer {
    const socket = ownerOf(handle);
    return (socket && this.#writers.get(socket)) ?? NOBODY;
  }

  /** Something that was armed before the slice: a repeating timer goes on by itself. */
  #earlierRequest(id: number, resource: object): void {
    if (resource instanceof MessagePort) return this.#message(id);
    const writer = this.#writerOf(resource);
    if (writer !== NOBODY) return this.#run(writer.by, writer.node, 'io', id);
    const callback =
      (resource as { _onTimeout?: unknown })._onTimeout ??
      (resource as { _onImmediate?: unknown })._onImmediate;
    if (typeof callback !== 'function') {
      this.#unknownRuns += 1;
      this.#enter(OUTSIDE, id);
      return;
    }
    const { _repeat: repeat, _idleTimeout: delay } = resource as {
      _repeat?: unknown;
      _idleTimeout?: unknown;
    };
    if (typeof repeat !== 'number') {
      this.#unknownRuns += 1;
      this.#enter(OUTSIDE, id);
      return;
    }
    const node = this.#timerNode(resource, typeof delay === 'number' ? delay : repeat);
    const isWait = (node.delayMs ?? 0) > LONG_TIMER_MS;
    this.#run(isWait ? OUTSIDE : (this.#lastOf.get(resource) ?? OUTSIDE), node.id, 'timer', id);
    this.#lastOf.set(resource, this.#current());
  }

  #timerNodes = new WeakMap<object, SliceNode>();

  #timerNode(timer: object, delayMs: number): SliceNode {
    const known = this.#timerNodes.get(timer);
    if (known && this.#nodes[known.id - 1] === known) return known;
    const node = this.#newNode('timer', [], [], true, null, null);
    node.delayMs = delayMs;
    node.timer = timer;
    this.#timerNodes.set(timer, node);
    return node;
  }

  /** A message: it was posted by the runs of this thread in their order, or from outside. */
  #message(id: number): void {
    const post = this.#posts.shift();
    const node = post?.node ?? this.#sharedNode('message', 'MessagePort').id;
    this.#run(post?.by ?? OUTSIDE, node, 'message', id);
  }

  #notePost(): void {
    const node = this.#nodeHere('message', 'MessagePort');
    node.arms += 1;
    this.#posts.push({ node: node.id, by: this.#current() });
  }

  /** One node for all handles of a type that were opened before the slice. */
  #sharedNode(via: WakeVia, resource: string): SliceNode {
    const key = `${via}|${resource}`;
    const known = this.#byKey.get(key);
    if (known) return known;
    const node = this.#newNode(via, [], [], true, null, resource);
    this.#byKey.set(key, node);
    return node;
  }

  /** Messages and writes arm what answers them, and no hook of Node's tells of them. */
  #wrapSends(): () => void {
    const port = MessagePort.prototype;
    const socket = Socket.prototype as unknown as {
      _writeGeneric: (...args: unknown[]) => unknown;
    };
    const readable = Readable.prototype;
    const { postMessage } = port;
    const { push } = readable;
    const { _writeGeneric: write } = socket;
    const slice = this;
    const posting = function (this: MessagePort, ...args: never[]): void {
      if (slice.#isOn) slice.#notePost();
      return Reflect.apply(postMessage, this, args);
    };
    const writing = function (this: Socket, ...args: unknown[]): unknown {
      if (slice.#isOn) slice.#noteWriter(this, args);
      return Reflect.apply(write, this, args);
    };
    const pushing = function (this: Readable, ...args: [chunk: unknown]): boolean {
      if (slice.#isOn) slice.#noteReceived(this, args[0]);
      return Reflect.apply(push, this, args);
    };
    readable.push = pushing;
    port.postMessage = posting as typeof postMessage;
    if (typeof write === 'function') socket._writeGeneric = writing;
    return () => {
      if (port.postMessage === (posting as unknown)) port.postMessage = postMessage;
      if (readable.push === pushing) readable.push = push;
      if (socket._writeGeneric === writing) socket._writeGeneric = write;
    };
  }

  /** What an accepted connection sends is an answer: the other side decides what comes next. */
  #noteWriter(socket: Socket, [isMany, data]: unknown[]): void {
    if (isAccepted(socket)) return;
    const node = this.#nodeHere('io', 'SOCKET');
    node.arms += 1;
    const chunks: unknown[] = isMany === true && Array.isArray(data) ? data : [{ chunk: data }];
    const by = this.#current();
    this.#writers.set(socket, { by, node: node.id });
    const sender = this.#nodes[by.node - 1] ?? node;
    for (const one of chunks) sender.sent.add((one as { chunk?: unknown } | null)?.chunk);
  }

  /** Bytes from the system, for who asked for them; what comes to a server comes from outside. */
  #noteReceived(stream: Readable, chunk: unknown): void {
    if (!FROM_OUTSIDE.has(stream.constructor.name) || isAccepted(stream)) return;
    this.#nodes[this.#current().node - 1]?.received.add(chunk);
  }

  /** A process that has ended was given a task, which may be another each time. */
  #noteCommand(handle: object): void {
    const { spawnargs } = (ownerOf(handle) ?? {}) as { spawnargs?: unknown };
    if (!Array.isArray(spawnargs)) return;
    this.#nodes[this.#current().node - 1]?.sent.add(spawnargs.join(' '));
  }

  #noteError(): void {
    const node = this.#nodes[this.#current().node - 1];
    if (node) node.errors += 1;
  }

  /** Ticks and microtasks without async_hooks: for a thread whose loop does not turn. */
  #wrapTicks(): () => void {
    const { nextTick } = process;
    const { queueMicrotask: queue } = globalThis;
    const wrap = (via: WakeVia, callback: (...args: unknown[]) => unknown) => {
      if (typeof callback !== 'function' || !this.#count()) return callback;
      const node = this.#nodeHere(via, null);
      node.arms += 1;
      const by = this.#current();
      const token = {};
      return (...args: unknown[]): unknown => {
        if (!this.#isOn) return callback(...args);
        this.#run(by, node.id, via, token);
        try {
          return callback(...args);
        } finally {
          this.#leave(token);
        }
      };
    };
    const tick = (callback: never, ...args: never[]): void =>
      nextTick.call(process, wrap('nextTick', callback) as never, ...args);
    const microtask = (callback: () => void): void => queue(wrap('microtask', callback));
    process.nextTick = tick as typeof process.nextTick;
    globalThis.queueMicrotask = microtask;
    return () => {
      if (process.nextTick === (tick as unknown)) process.nextTick = nextTick;
      if (globalThis.queueMicrotask === microtask) globalThis.queueMicrotask = queue;
    };
  }

  #placeHere(): number {
    return this.#nodeHere('promise', null, true).id;
  }

  /** The node of the stack as it stands. `isWake`: it is where a wake happened, and arms nothing. */
  #nodeHere(via: WakeVia, resource: string | null, isWake = false): SliceNode {
    const whole = captureFrames(this.#nodeHere, STACK_DEPTH);
    const all = whole.filter(({ url }) => !this.#isOwn(url));
    const own: Frame[] = [];
    const waiting: Frame[] = [];
    const internal: Frame[] = [];
    let calledBy: string | null = null;
    for (const frame of all) {
      if (frame.isAsync) {
        if (!isNodes(frame)) waiting.push(frame);
      } else if (isNodes(frame)) {
        internal.push(frame);
        if (own.length > 0 && calledBy === null && frame.url !== '') calledBy = frame.url;
      } else own.push(frame);
    }
    const isInternal = own.length === 0;
    const top = (isInternal ? internal.find((f) => !isPlumbing(f)) : own[0]) ?? null;
    // Nobody's frame at all: the job of a native promise, which goes on with what ran before.
    if (top === null && !isWake) {
      const current = this.#nodes[this.#current().node - 1];
      if (current) return current;
    }
    const place = top === null ? '' : `${top.url}:${top.line}:${top.column}`;
    const key = `${isWake ? 'wake' : via}|${resource === LONG_TIMER}|${place}`;
    const known = this.#byKey.get(key);
    if (known) return known;
    const frames = isInternal ? internal.filter((f) => !isPlumbing(f)) : own;
    const node = this.#newNode(via, frames, waiting, isInternal, calledBy, resource);
    node.call = callOf(all);
    node.isExecutors = whole.some(({ url }) => this.#isOwn(url) && EXECUTOR.test(url));
    this.#byKey.set(key, node);
    return node;
  }

  #newNode(
    via: WakeVia,
    frames: Frame[],
    asyncFrames: Frame[],
    isInternal: boolean,
    calledBy: string | null,
    resource: string | null,
  ): SliceNode {
    const node: SliceNode = {
      id: this.#nodes.length + 1,
      frames,
      asyncFrames,
      isInternal,
      isExecutors: false,
      calledBy,
      via,
      call: null,
      runs: 0,
      busyMs: 0,
      hops: [],
      visits: [],
      awaited: [],
      makers: new Map(),
      arms: 0,
      delayMs: null,
      resource,
      births: 0,
      errors: 0,
      sent: new WireNews(),
      received: new WireNews(),
      timer: null,
      callback: null,
    };
    this.#nodes.push(node);
    return node;
  }
}

/** Promises have hooks of their own; a resource of JavaScript's runs within the run of who calls it. */
function isForeign(type: string, resource: object): boolean {
  return type === 'PROMISE' || resource instanceof Promise || resource instanceof AsyncResource;
}

/** The last of Node's functions before the program's own, from the innermost on. */
function callOf(frames: readonly Frame[]): string | null {
  const own = frames.findIndex((frame) => !isNodes(frame));
  const called = own < 0 ? frames.find((frame) => !isPlumbing(frame)) : frames[own - 1];
  return called?.functionName ?? null;
}

/** A tick in which a stream of Node's emits an error. */
function isErrorTick(resource: object): boolean {
  const { callback } = resource as { callback?: unknown };
  return typeof callback === 'function' && callback.name.startsWith('emitError');
}

/** A request of this program: all parts of its answer come because it was made. */
const ANSWERED = 'HTTPCLIENTREQUEST';

/** Types of resources that are a process or a thread of its own. */
const BIRTHS: ReadonlySet<string> = new Set(['PROCESSWRAP', 'WORKER']);

/** Node's streams that bring what was outside the process. */
const FROM_OUTSIDE: ReadonlySet<string> = new Set([
  'Socket',
  'TLSSocket',
  'ClientHttp2Stream',
  'ReadStream',
]);

function isAccepted(stream: object): boolean {
  return Boolean((stream as { server?: unknown }).server);
}

/** The socket that a handle belongs to: Node keeps it under a symbol of its own. */
function ownerOf(handle: object): object | null {
  const symbol = Object.getOwnPropertySymbols(handle).find((s) => s.description === 'owner_symbol');
  const owner: unknown = symbol && (handle as Record<symbol, unknown>)[symbol];
  return typeof owner === 'object' ? (owner ?? null) : null;
}

function isNodes({ url }: Frame): boolean {
  return url === '' || url.startsWith('node:');
}

/** This package's executor, in its scripts. */
const EXECUTOR = /[\\/]executor[\\/]/;

/** Frames that every arming has, and that say nothing of who armed. */
const PLUMBING =
  /^node:(?:internal\/(?:async_hooks|promise_hooks|process\/(?:promises|task_queues)|timers)|timers|async_hooks)$/;

function isPlumbing({ url }: Frame): boolean {
  return url === '' || PLUMBING.test(url);
}
