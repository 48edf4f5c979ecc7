import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Line, LoopSuspicion, SegmentInfo } from '../../src/model/recording.ts';
import { LoopWatch } from '../../src/trace/loop-watch.ts';
import type { InspectorSession } from '../../src/trace/inspector-session.ts';
import type { TracedLoop } from '../../src/trace/loop-tracer.ts';
import { probed } from '../rules/calm-segment.ts';
import { LOOK_MS, type Pace, PlayedThread } from './played-thread.ts';

const REST: Pace = { cpu: 0, turns: 1 };
const BUSY: Pace = { cpu: 1, turns: 2 };
const TURNING: Pace = { cpu: 0.1, turns: 20 };
const STARVED: Pace = { cpu: 1, turns: 0 };

const place = { file: 'poller.js', line: 12, column: 5, functionName: 'check' };

function tracedLoop(changes: Partial<TracedLoop> = {}): TracedLoop {
  return {
    name: 'check',
    place,
    isInsideOneRun: false,
    refills: false,
    isSource: false,
    birthsPerSecond: 0,
    fails: false,
    bringsNews: false,
    bringsData: false,
    exchange: { sent: { count: 0, fresh: 0 }, received: { count: 0, fresh: 0 } },
    via: 'immediate',
    way: [{ name: 'main', place: { ...place, functionName: 'main' } }],
    members: [{ name: 'check', place, runs: 300, via: 'immediate', isInternal: false }],
    sites: [],
    runs: 300,
    perSecond: 3000,
    roundsPerSecond: 3000.4,
    meanRunMs: 0.01234,
    share: 0.5,
    busyShare: 0.956,
    alone: 1,
    oddTimer: null,
    delayMs: null,
    isInterval: false,
    raw: null,
    ...changes,
  };
}

/** A probe over a played thread whose traces find what `loops` says. */
class PlayedProbe {
  readonly thread = new PlayedThread();
  readonly lines: Line[] = [];
  loops: TracedLoop[] = [];
  hasExecutor = false;
  isRefused = false;
  /** Sessions that were opened, and those that are open. */
  opened = 0;
  open = 0;
  /** Keeps a trace from ending, while it is set. */
  held: Promise<void> = Promise.resolve();
  readonly #startMs = this.thread.nowMs;
  readonly probe: LoopWatch;

  constructor(isExact = false) {
    this.probe = this.#watch(isExact);
  }

  #watch = (isExact: boolean) =>
    new LoopWatch({
      isExact,
      info: this.info,
      zeroHr: 0n,
      vitals: this.thread.signs,
      nowHr: () => BigInt(Math.round((this.thread.nowMs - this.#startMs) * 1e6)),
      send: (lines) => this.lines.push(...lines),
      connect: async () => {
        if (this.isRefused) throw new Error('no inspector here');
        return this.#session();
      },
      waitedMs: () => 0,
      hasExecutor: () => this.hasExecutor,
      wait: () => this.held,
    });

  get info(): SegmentInfo {
    return probed().info;
  }

  get atMs(): number {
    return this.thread.nowMs - this.#startMs;
  }

  /** So many looks, with time for whatever a trace does. */
  async play(looks: number, pace: Pace): Promise<void> {
    for (let i = 0; i < looks; i += 1) {
      this.thread.goOn(pace);
      this.probe.look();
      for (let step = 0; step < 5; step += 1) await turn();
    }
  }

  /** The same until a session was opened; when that was. */
  async untilTraced(pace: Pace): Promise<number> {
    const before = this.opened;
    for (let looks = 0; this.opened === before; looks += 1) {
      if (looks > 2000) throw new Error('no trace came');
      await this.play(1, pace);
    }
    return this.atMs;
  }

  suspicions(): LoopSuspicion[] {
    return this.lines.flatMap((line) =>
      line.type === 'suspicion' && line.suspicion.kind === 'loop' ? [line.suspicion] : [],
    );
  }

  #session(): InspectorSession {
    this.opened += 1;
    this.open += 1;
    let isOpen = true;
    const answer = (method: string, expression = ''): unknown => {
      if (method === 'Profiler.stop') return { profile: { nodes: [] } };
      const loops = this.loops;
      if (expression.endsWith('.isOn')) return { result: { value: false } };
      const traced = { loops, events: 1200, runs: 300, elapsedMs: 100 };
      return { result: { value: expression.endsWith('.end()') ? traced : null } };
    };
    return {
      agent: 'agent',
      post: async <Reply>(method: string, { expression }: { expression?: string } = {}) =>
        answer(method, expression) as Reply,
      on: () => {},
      close: () => {
        if (isOpen) this.open -= 1;
        isOpen = false;
      },
    };
  }
}

describe('a probe that watches', () => {
  it('introduces its segment, and opens no session on a thread at rest', async () => {
    const played = new PlayedProbe();
    expect(played.lines).toEqual([{ type: 'segment', ...played.info }]);
    await played.play(400, REST);
    expect(played.opened).toBe(0);
  });

  it('tells each second for how long it has watched', async () => {
    const played = new PlayedProbe();
    await played.play(100, REST);
    const watched = played.lines.filter(({ type }) => type === 'watched');
    expect(watched.map((line) => ('at' in line ? line.at : 0))).toEqual([1e9, 2e9]);
    expect(watched.at(-1)).toMatchObject({ segment: 'probe', traces: 0 });
  });

  it('tells what it used and how often it turned in all of that time, also in a trace', async () => {
    const played = new PlayedProbe();
    await played.play(40, REST);
    played.held = new Promise(() => {});
    await played.play(120, { cpu: 0.8, turns: 3 });
    expect(played.open).toBe(1);
    const told = played.lines.flatMap((line) => (line.type === 'watched' ? [line] : []));
    expect(told.map(({ at, cpuNs, turns }) => [at / 1e9, cpuNs! / 1e9, turns])).toEqual([
      [1, 0, 39],
      [2, 0.8, 159],
      [3, 1.6, 279],
      [4, 2.4, 399],
    ]);
    expect(told.at(-1)!.tracedNs).toBeGreaterThan(2e9);
  });

  it('looks into a sign once it has lasted: soonest where the loop is starved', async () => {
    const at = async (pace: Pace) => {
      const played = new PlayedProbe();
      await played.play(40, REST);
      return (await played.untilTraced(pace)) - 40 * LOOK_MS;
    };
    const [starved, busy, turning] = [await at(STARVED), await at(BUSY), await at(TURNING)];
    expect(starved).toBeLessThan(busy);
    expect(starved).toBeLessThan(turning);
  });

  it('lets an executor\u2019s own source have the first word', async () => {
    const played = new PlayedProbe();
    const alone = await played.untilTraced(BUSY);
    const second = new PlayedProbe();
    second.hasExecutor = true;
    expect((await second.untilTraced(BUSY)) - alone).toBe(1500 - 150);
  });
});

describe('a thread that was seen to work', () => {
  it('is left alone longer and longer, and nothing is told of it', async () => {
    const played = new PlayedProbe();
    const times: number[] = [];
    for (let i = 0; i < 8; i += 1) times.push(await played.untilTraced(BUSY));
    const gaps = times.slice(1).map((time, i) => time - times[i]!);
    expect(gaps).toEqual([400, 800, 1600, 6400, 25_600, 30_000, 30_000]);
    expect(played.suspicions()).toEqual([]);
    expect(played.open).toBe(0);
  });

  it('is looked into again soon when the sign is another', async () => {
    const played = new PlayedProbe();
    for (let i = 0; i < 6; i += 1) await played.untilTraced(BUSY);
    const before = played.atMs;
    expect((await played.untilTraced(STARVED)) - before).toBeLessThan(400);
  });

  it('is looked into again soon when it turns many times faster', async () => {
    const played = new PlayedProbe();
    for (let i = 0; i < 6; i += 1) await played.untilTraced(BUSY);
    const before = played.atMs;
    const faster = { ...BUSY, turns: 200 };
    expect((await played.untilTraced(faster)) - before).toBeLessThan(1000);
  });

  it('is a new one after a rest', async () => {
    const played = new PlayedProbe();
    for (let i = 0; i < 6; i += 1) await played.untilTraced(BUSY);
    await played.play(80, REST);
    const before = played.atMs;
    expect((await played.untilTraced(BUSY)) - before).toBeLessThan(1000);
  });
});

describe('a loop that was not seen to work', () => {
  it('is told, with all that is known of it', async () => {
    const played = new PlayedProbe();
    played.loops = [tracedLoop()];
    const at = await played.untilTraced(BUSY);
    expect(played.suspicions()).toMatchObject([
      {
        kind: 'loop',
        task: null,
        place,
        attribution: 'call-sites',
        via: 'immediate',
        perSecond: 3000,
        meanRunMs: 0.012,
        share: 0.96,
        cpuShare: 1,
        isStarving: false,
        traces: 1,
        at: at * 1e6,
        state: { verdict: 'unseen' },
        members: [{ place, wakes: 300, via: 'immediate' }],
        chain: [
          { name: 'main', isGuilty: false },
          { name: 'check', isGuilty: true },
        ],
      },
    ]);
    const [suspicion] = played.suspicions();
    expect(suspicion!.since).toBeLessThan(suspicion!.at);
    expect(played.open).toBe(0);
  });

  it('names each unit once, before it is spoken of', async () => {
    const played = new PlayedProbe();
    played.loops = [tracedLoop()];
    await played.untilTraced(BUSY);
    await played.untilTraced(BUSY);
    const types = played.lines.map(({ type }) => type).filter((type) => type !== 'watched');
    expect(types).toEqual(['segment', 'unit', 'suspicion', 'suspicion']);
  });

  it('is looked at once more at once, and then seldom', async () => {
    const played = new PlayedProbe();
    played.loops = [tracedLoop()];
    const times: number[] = [];
    for (let i = 0; i < 4; i += 1) times.push(await played.untilTraced(BUSY));
    const gaps = times.slice(1).map((time, i) => time - times[i]!);
    expect(gaps).toEqual([100, 8000, 8000]);
    expect(played.suspicions().at(-1)?.traces).toBe(4);
  });

  it('is told again each second, with its time grown, as long as the sign lasts', async () => {
    const played = new PlayedProbe();
    played.loops = [tracedLoop()];
    await played.untilTraced(BUSY);
    await played.untilTraced(BUSY);
    const known = played.suspicions().length;
    await played.play(120, BUSY);
    const again = played.suspicions().slice(known);
    expect(again).toHaveLength(3);
    const [first] = played.suspicions();
    for (const each of again) expect(each).toMatchObject({ id: first!.id, since: first!.since });
    expect(again[2]!.at - again[0]!.at).toBe(2e9);
    await played.play(400, REST);
    expect(played.suspicions().length).toBeLessThanOrEqual(known + 3 + 2);
  });

  it('is one loop, whatever part of its ways a slice shows: the slowest is told', async () => {
    const played = new PlayedProbe();
    played.loops = [tracedLoop({ via: 'io' })];
    await played.untilTraced(BUSY);
    played.loops = [tracedLoop({ via: 'promise' })];
    await played.untilTraced(BUSY);
    expect(played.suspicions().map(({ id, via }) => [id, via])).toEqual([
      [played.suspicions()[0]!.id, 'io'],
      [played.suspicions()[0]!.id, 'io'],
    ]);
  });

  it('is two in two functions, and inside one run another', async () => {
    const played = new PlayedProbe();
    played.loops = [tracedLoop(), tracedLoop({ name: 'ask', place: null })];
    await played.untilTraced(BUSY);
    played.loops = [tracedLoop({ isInsideOneRun: true })];
    await played.untilTraced(BUSY);
    expect(new Set(played.suspicions().map(({ id }) => id)).size).toBe(3);
    expect(played.suspicions().at(-1)?.attribution).toBe('pause');
  });

  it('keeps the delay that was asked for', async () => {
    const played = new PlayedProbe();
    played.loops = [tracedLoop({ oddTimer: { requested: 'NaN' }, delayMs: 1 })];
    await played.untilTraced(TURNING);
    expect(played.suspicions()).toMatchObject([{ oddDelay: 'NaN', delayMs: 1 }]);
  });
});

describe('a thread that is to be traced all the time', () => {
  it('is traced from the start, without any sign, and never less', async () => {
    const played = new PlayedProbe(true);
    const times: number[] = [];
    for (let i = 0; i < 6; i += 1) times.push(await played.untilTraced(REST));
    expect(times).toEqual([25, 125, 225, 325, 425, 525]);
    for (let i = 0; i < 3; i += 1) await played.untilTraced(BUSY);
    expect(played.atMs).toBeLessThanOrEqual(525 + 400);
  });
});

describe('a trace that cannot be taken', () => {
  it('is as if nothing was seen', async () => {
    const played = new PlayedProbe();
    played.isRefused = true;
    await played.play(400, BUSY);
    expect(played.suspicions()).toEqual([]);
    played.isRefused = false;
    await played.untilTraced(BUSY);
  });
});

describe('a probe that is stopped', () => {
  it('detaches in the middle of a trace, and tells no more of it', async () => {
    const played = new PlayedProbe();
    played.loops = [tracedLoop()];
    let letGo = (): void => {};
    played.held = new Promise((resolve) => {
      letGo = resolve;
    });
    await played.untilTraced(BUSY);
    expect(played.open).toBe(1);
    await played.play(100, BUSY);
    expect(played.opened).toBe(1);
    played.probe.stop();
    expect(played.open).toBe(0);
    letGo();
    await played.play(100, BUSY);
    expect(played.suspicions()).toEqual([]);
    expect(played.opened).toBe(1);
  });

  it('tells a last time for how long it watched, once', async () => {
    const played = new PlayedProbe();
    await played.play(10, { cpu: 0.2, turns: 1 });
    played.probe.stop();
    played.probe.stop();
    await played.play(100, BUSY);
    expect(played.lines.slice(1)).toEqual([
      {
        type: 'watched',
        segment: 'probe',
        at: 10 * LOOK_MS * 1e6,
        traces: 0,
        tracedNs: 0,
        cpuNs: 9 * 0.2 * LOOK_MS * 1e6,
        turns: 9,
      },
    ]);
  });
});
